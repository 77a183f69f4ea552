package dev.masquerade.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FeatureCodec;
import org.junit.jupiter.api.Test;

class FeatureCheckTest {

  /** Keeps of two numbers at one place the larger one's axis. */
  private static final class Axis implements FeatureCodec {
    @Override
    public FrameSize features() {
      return new FrameSize(1, 1);
    }

    @Override
    public int vocabularySize() {
      return 4;
    }

    @Override
    public TokenLayout.Grid grid() {
      return new TokenLayout.Grid(1, 1);
    }

    @Override
    public int channels() {
      return 2;
    }

    @Override
    public int[] encode(Planes frame) {
      return new int[] {frame.values()[0] >= frame.values()[1] ? 0 : 1};
    }

    @Override
    public Planes decode(int[] ids) {
      return new Planes(2, 1, 1, ids[0] == 0 ? new float[] {1, 0} : new float[] {0, 1});
    }

    @Override
    public Planes decodeExpected(float[] probabilities) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void features_areComparedByDirectionAndByNumbers_besideWhatNeedsNoIds() {
    FeatureCheck check = new FeatureCheck(new Axis());
    check.add(new Planes(2, 1, 1, new float[] {4, 3}));
    check.add(new Planes(2, 1, 1, new float[] {0, 2}));
    FeatureReport report = check.finish();

    assertThat(report.samples()).isEqualTo(2);
    assertThat(report.cosine()).isCloseTo((0.8 + 1) / 2, within(1e-9));
    assertThat(report.error()).isCloseTo((9 + 9 + 0 + 1) / 4.0, within(1e-9));
    // Directions (0.8, 0.6) and (0, 1) add up to (0.8, 1.6).
    assertThat(report.cosineOfMean()).isCloseTo(Math.hypot(0.8, 1.6) / 2, within(1e-9));
    assertThat(report.errorOfMean()).isCloseTo((4 + 4 + 0.25 + 0.25) / 4, within(1e-9));
    assertThat(report.codes().used()).isEqualTo(2);
    assertThat(report.text())
        .contains("features      2", "codes         4, 2 of them used (50.0 %)");
  }
}
