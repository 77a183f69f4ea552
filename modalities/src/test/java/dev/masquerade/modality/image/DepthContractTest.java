package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DepthContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new ImagePlugin();
  }

  @Override
  protected String type() {
    return "depth";
  }

  @Override
  protected ModalitySettings settings() {
    return settings(8, "2");
  }

  private static ModalitySettings settings(int patch, String stride) {
    return new ModalitySettings(
        new ModalityName("depth@32"),
        0,
        patch,
        0,
        0,
        0,
        Optional.empty(),
        Set.of(),
        Map.of("stride", stride));
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(depth(50, 40, 1), "png"), new StoredMember(depth(32, 32, 900), "png"));
  }

  private static byte[] depth(int width, int height, int factor) {
    int[] numbers = new int[width * height];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = factor * (3 + i / width + (i % width) / 2);
    }
    return TestPictures.store(TestPictures.grey(width, height, true, numbers), "png");
  }

  @Test
  void patches_areSaid_whereverTheSizeIsDeclared() {
    ModalitySettings sized =
        new ModalitySettings(
            new ModalityName("depth"), 64, 8, 0, 0, 0, Optional.empty(), Set.of(), Map.of());
    assertThat(new DepthModality().open(sized).patchSize()).isEqualTo(8);
    ModalitySettings quarter =
        new ModalitySettings(
            new ModalityName("depth"),
            64,
            8,
            0,
            0,
            0,
            Optional.empty(),
            Set.of(),
            Map.of("stride", "4"));
    assertThat(new DepthModality().open(quarter).patchSize()).isEqualTo(2);
  }

  @Test
  void unitOfTheStoredNumbers_dropsOut() throws BadSampleException {
    ModalityTokenizer tokenizer = new DepthModality().open(settings(8, "1"));
    float[] near = vectors(tokenizer, depth(32, 32, 10));
    float[] far = vectors(tokenizer, depth(32, 32, 700));
    for (int i = 0; i < near.length; i++) {
      assertThat(far[i]).isCloseTo(near[i], within(1e-4f));
    }
  }

  @Test
  void patches_holdTheirPixelsRowByRow() throws BadSampleException {
    ModalityTokenizer tokenizer = new DepthModality().open(settings(8, "2"));
    assertThat(tokenizer.spec().space()).isEqualTo(new TokenSpace.Continuous(16));
    float[] values = vectors(tokenizer, depth(32, 32, 1));
    Planes planes = tokenizer.decode(depth(32, 32, 1), "png").planes(View.WHOLE).orElseThrow();
    // Patch 5 is the second of the second row; pixel 6 of it lies in its row 1, column 2.
    assertThat(values[5 * 16 + 6]).isEqualTo(planes.at(0, 4 + 1, 4 + 2));
  }

  @Test
  void flatDepth_isZeroAndFewValuesHaveNoVariance() {
    float[] flat = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    Standardisation.apply(flat);
    assertThat(flat).containsOnly(0);
    float[] single = {3};
    Standardisation.apply(single);
    assertThat(single).containsExactly(0);
  }

  @Test
  void strideThatDoesNotDivideThePatch_isRefused() {
    assertThatThrownBy(() -> new DepthModality().open(settings(8, "3")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("the patch size 8 is no multiple of the stride 3");
  }

  private static float[] vectors(ModalityTokenizer tokenizer, byte[] png)
      throws BadSampleException {
    return ((TokenizedModality.VectorTokens) tokenizer.decode(png, "png").tokenize(View.WHOLE))
        .values();
  }
}
