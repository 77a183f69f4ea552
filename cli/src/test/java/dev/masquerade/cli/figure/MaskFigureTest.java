package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MaskFigureTest {

  private static final List<String> WORDS = List.of("[PAD]", "[S_1]", "a", "red", "cube", "[EOS]");

  @Test
  void masksOfABatch_lookAsTheyAlwaysDid() throws IOException {
    Figure figure = MaskFigure.of("Masks", batch(), 8, Map.of("caption", WORDS::get));

    GoldenFigures.assertPixels(figure, "masks.png");
    GoldenFigures.assertText(figure.svg(), "masks.svg");
  }

  @Test
  void withoutWords_sequencesAreSquares() throws IOException {
    GoldenFigures.assertPixels(MaskFigure.of("", batch(), 1, Map.of()), "masks-squares.png");
  }

  @Test
  void assignments_partitionTheTokens() {
    MaskedBatch batch = batch();

    assertThat(MaskFigure.assignments(batch.parts().get(1), 0))
        .containsExactly(Assignment.SEEN, Assignment.TARGET, Assignment.TARGET, Assignment.DROPPED);
    assertThat(MaskFigure.assignments(batch.parts().get(1), 1)).containsOnly(Assignment.DROPPED);
    batch.parts().get(1).lacking[1] = true;
    assertThat(MaskFigure.assignments(batch.parts().get(1), 1)).containsOnly(Assignment.ABSENT);
    assertThat(MaskFigure.of("", batch, 2, Map.of()).svg())
        .contains("absent from the sample", ">absent<");
  }

  private static MaskedBatch batch() {
    EnumSet<Role> both = EnumSet.allOf(Role.class);
    TokenLayout.Grid grid = new TokenLayout.Grid(2, 2);
    TokenLayout.Sequence sequence =
        new TokenLayout.Sequence(6, new SpanMarks(0, 5, 1, 2), TokenLayout.Unit.TOKEN);
    MaskedBatch batch =
        MaskedBatch.allocate(
            List.of(
                new ModalitySpec(
                    new ModalityName("rgb@8"),
                    new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
                    grid,
                    EnumSet.of(Role.INPUT)),
                new ModalitySpec(
                    new ModalityName("tok_depth@8"), new TokenSpace.Discrete(4), grid, both),
                new ModalitySpec(
                    new ModalityName("caption"),
                    new TokenSpace.Discrete(WORDS.size()),
                    sequence,
                    both)),
            2);
    batch.addRow("a");
    batch.addRow("b");
    batch.parts().get(0).encoderIgnored[2] = false;
    MaskedBatch.Part depth = batch.parts().get(1);
    depth.encoderIgnored[0] = false;
    depth.decoderIgnored[1] = false;
    depth.decoderIgnored[2] = false;
    MaskedBatch.Part caption = batch.parts().get(2);
    int[] ids = {2, 1, 5, 1, 3, 4};
    for (int i = 0; i < ids.length; i++) {
      caption.ids[i] = ids[i];
      caption.encoderIgnored[i] = i > 2;
      caption.decoderIgnored[i] = i <= 2;
    }
    return batch;
  }
}
