package dev.masquerade.model.vit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the patches of the one image modality of a packed batch, and normalises them. */
public final class PatchInput {

  private final KernelModule kernels;
  private final ModalitySpec image;
  private final int width;
  private final @Nullable NDArray mean;
  private final @Nullable NDArray deviation;

  /**
   * Creates the input of a model.
   *
   * @param image pixels or vectors on a grid
   * @param manager owner of the statistics, as long-lived as the model
   */
  public PatchInput(KernelModule kernels, ModalitySpec image, NDManager manager) {
    this.kernels = kernels;
    this.image = image;
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      this.width = pixels.width();
      this.mean = manager.create(toArray(pixels.statistics().mean()));
      this.deviation = manager.create(toArray(pixels.statistics().deviation()));
    } else {
      this.width = ((TokenSpace.Continuous) image.space()).width();
      this.mean = null;
      this.deviation = null;
    }
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** Returns W, the numbers of one patch. */
  public int width() {
    return width;
  }

  /**
   * Returns the image's part of one side.
   *
   * @throws IllegalArgumentException if the side holds anything else, or an image of another kind
   */
  public PackedPart part(PackedSide side) {
    if (side.parts().size() != 1) {
      throw new IllegalArgumentException(
          "a model of one image was given the modalities "
              + side.parts().stream().map(part -> part.spec().name().value()).toList()
              + "; pack "
              + image.name()
              + " alone");
    }
    PackedPart part = side.parts().get(0);
    if (!part.spec().space().equals(image.space())) {
      throw new IllegalArgumentException(
          "the model was built for "
              + image.space()
              + ", but the batch holds "
              + part.spec().space());
    }
    return part;
  }

  /** Returns the grid of a part's patches. */
  public static TokenLayout.Grid grid(PackedPart part) {
    return (TokenLayout.Grid) part.spec().layout();
  }

  /** Returns (K, W) normalised patches, owned by the scope. */
  public NDArray patches(BatchArrays batch, PackedPart part, StepScope scope) {
    return patches(batch, part, 0, part.count(), scope);
  }

  /**
   * Returns some of a part's patches.
   *
   * @param first number of the first
   * @return (count, W) normalised, owned by the scope
   */
  public NDArray patches(
      BatchArrays batch, PackedPart part, int first, int count, StepScope scope) {
    if (count == 0) {
      return scope.manager().zeros(new Shape(0, width));
    }
    int from = part.contentOffset() + first * width;
    return mean == null
        ? kernels
            .call(scope.manager(), "vector_patches", batch.vectors(), from, count, width)
            .get(0)
        : kernels
            .call(
                scope.manager(),
                "pixel_patches",
                batch.pixels(),
                from,
                count,
                width,
                mean,
                deviation)
            .get(0);
  }
}
