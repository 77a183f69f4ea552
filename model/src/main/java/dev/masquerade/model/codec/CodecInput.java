package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.vit.PatchInput;
import org.jspecify.annotations.Nullable;

/** Finds the patches of a packed batch in which every patch of one modality is seen. */
public final class CodecInput {

  private final KernelModule kernels;
  private final VqEncoderConfig config;
  private final ModalitySpec image;
  private final @Nullable PatchInput numbers;

  /**
   * What a batch holds.
   *
   * @param patches (K, W) normalised numbers, channel fastest, or (K, p x p) classes as int64
   * @param rows B
   * @param grid places of a row
   */
  public record Seen(NDArray patches, int rows, TokenLayout.Grid grid) {}

  /**
   * Creates the input of a tokenizer.
   *
   * @param kernels the model's with {@code Kernels.MULTIMAE} beside them
   * @param manager owner of statistics, as long-lived as the tokenizer
   */
  public CodecInput(
      KernelModule kernels, VqEncoderConfig config, ModalitySpec image, NDManager manager) {
    CodecImage.grid(config, image);
    this.kernels = kernels;
    this.config = config;
    this.image = image;
    this.numbers = config.ofClasses() ? null : new PatchInput(kernels, image, manager);
  }

  /**
   * Finds the patches.
   *
   * @throws IllegalArgumentException if the batch holds other content, or not all of it
   */
  public Seen of(PackedBatch batch, StepScope scope) {
    PackedPart part = part(batch.encoder());
    TokenLayout.Grid grid = CodecImage.grid(config, part.spec());
    if (part.count() != batch.rows() * grid.places()) {
      throw new IllegalArgumentException(
          "a tokenizer sees every patch, but of the "
              + batch.rows()
              + " x "
              + grid.places()
              + " patches of "
              + image.name()
              + " the batch holds "
              + part.count()
              + ". Mask nothing");
    }
    BatchArrays arrays = BatchArrays.upload(batch, scope);
    NDArray patches =
        numbers == null
            ? kernels
                .call(
                    scope.manager(),
                    "class_patches",
                    arrays.pixels(),
                    part.contentOffset(),
                    part.count(),
                    ((TokenSpace.ClassPatches) part.spec().space()).width())
                .get(0)
            : numbers.patches(arrays, part, scope);
    return new Seen(patches, batch.rows(), grid);
  }

  private PackedPart part(PackedSide side) {
    if (side.parts().size() != 1) {
      throw new IllegalArgumentException(
          "a tokenizer of "
              + image.name()
              + " was given the modalities "
              + side.parts().stream().map(part -> part.spec().name().value()).toList()
              + "; pack "
              + image.name()
              + " alone");
    }
    PackedPart part = side.parts().get(0);
    if (!part.spec().space().equals(image.space())) {
      throw new IllegalArgumentException(
          "the tokenizer was built for "
              + image.space()
              + ", but the batch holds "
              + part.spec().space());
    }
    return part;
  }
}
