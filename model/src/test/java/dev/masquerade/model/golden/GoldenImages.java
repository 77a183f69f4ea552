package dev.masquerade.model.golden;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Batches of float images, and comparisons with what a reference made of them. */
public final class GoldenImages {

  private GoldenImages() {}

  /** Returns the modality of images that are already normalised. */
  public static ModalitySpec spec(int rows, int columns, int patchSize, int channels) {
    return new ModalitySpec(
        new ModalityName("rgb"),
        new TokenSpace.Continuous(patchSize * patchSize * channels),
        new TokenLayout.Grid(rows, columns),
        Set.of(Role.INPUT, Role.TARGET));
  }

  /**
   * Packs images.
   *
   * @param planes (B, C, H, W)
   * @param shape of {@code planes}
   * @param removed (B, L), true where the decoder predicts; everything else is seen
   */
  public static PackedBatch pack(
      ModalitySpec image, float[] planes, List<Long> shape, boolean[] removed) {
    int rows = shape.get(0).intValue();
    MaskedBatch batch = MaskedBatch.allocate(List.of(image), rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("image" + row);
    }
    MaskedBatch.Part part = batch.parts().get(0);
    float[] patches = GoldenCase.patches(planes, shape, (TokenLayout.Grid) image.layout());
    System.arraycopy(patches, 0, part.vectors, 0, patches.length);
    for (int i = 0; i < removed.length; i++) {
      part.encoderIgnored[i] = removed[i];
      part.decoderIgnored[i] = !removed[i];
    }
    return new Packer(List.of(image), PackLimits.NONE).pack(batch);
  }

  /** Packs images of which everything is seen. */
  public static PackedBatch packWhole(ModalitySpec image, float[] planes, List<Long> shape) {
    int places = image.layout().places() * shape.get(0).intValue();
    return pack(image, planes, shape, new boolean[places]);
  }

  /**
   * Returns (B, L): true everywhere but at the tokens that are kept; prefix tokens are no places.
   */
  public static boolean[] removed(long[] kept, int rows, int places, int prefix) {
    boolean[] removed = new boolean[rows * places];
    java.util.Arrays.fill(removed, true);
    int perRow = kept.length / rows;
    for (int i = 0; i < kept.length; i++) {
      int place = (int) kept[i] - prefix;
      if (place >= 0) {
        removed[i / perRow * places + place] = false;
      }
    }
    return removed;
  }

  /** Creates parameters with the values of a file. */
  public static Parameters parameters(
      ParameterLayout layout, SafetensorsFile file, Function<String, String> storedName) {
    return Parameters.create(
        layout,
        Device.cpu(),
        spec -> {
          try {
            return FloatBuffer.wrap(file.floats(storedName.apply(spec.name())));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Asserts that the largest difference is below a tolerance. */
  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    org.assertj.core.api.Assertions.assertThat(actual).as(what).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      org.assertj.core.api.Assertions.assertThat(actual[i]).as(what + " is a number").isNotNaN();
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    org.assertj.core.api.Assertions.assertThat(worst)
        .as("largest difference in " + what)
        .isLessThan(tolerance);
  }

  /** Asserts the same of an array on a device. */
  public static void assertClose(String what, NDArray actual, float[] expected, double tolerance) {
    assertClose(what, actual.toFloatArray(), expected, tolerance);
  }

  /**
   * Chooses tokens of every row.
   *
   * @param tokens (B, S, D)
   * @param index (B, K)
   * @return (B, K, D)
   */
  public static float[] choose(float[] tokens, int length, int width, long[] index, int rows) {
    int perRow = index.length / rows;
    float[] chosen = new float[index.length * width];
    for (int i = 0; i < index.length; i++) {
      int from = (i / perRow * length + (int) index[i]) * width;
      System.arraycopy(tokens, from, chosen, i * width, width);
    }
    return chosen;
  }

  /** Returns the length of a vector. */
  public static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
