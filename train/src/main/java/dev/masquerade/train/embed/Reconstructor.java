package dev.masquerade.train.embed;

import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.mae.MaskedAutoencoder;
import dev.masquerade.model.mae.Reconstruction;
import dev.masquerade.model.mae.Reconstruction.Panel;
import dev.masquerade.model.mae.TargetSpace;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.train.checkpoint.RunRefusedException;
import java.util.ArrayList;
import java.util.List;

/** A masked autoencoder at work: what it makes of the patches it does not see. */
public final class Reconstructor implements AutoCloseable {

  private final ImageModel model;
  private final ImageBatch batch;
  private final Packer packer;
  private final MaskedAutoencoder network;

  /**
   * The four pictures of one image.
   *
   * @param original the image
   * @param masked its visible patches; what is not seen is of the mean colour
   * @param predicted what the model predicts everywhere
   * @param pasted the visible patches, and the prediction elsewhere
   */
  public record Panels(
      PixelImage original, PixelImage masked, PixelImage predicted, PixelImage pasted) {}

  /**
   * Composes.
   *
   * @param model stays the caller's to close, after this
   * @param image what it sees, see {@link ImageModel#imageOf}
   * @param batchSize images at once
   * @throws RunRefusedException if the model has no decoder
   */
  public Reconstructor(ImageModel model, ModalitySpec image, int batchSize) {
    MaeDescription description = model.requireDecoder();
    this.model = model;
    this.batch = new ImageBatch(image, batchSize);
    this.packer = new Packer(List.of(image), PackLimits.NONE);
    this.network = new MaskedAutoencoder(description.config(), image, model.parameters());
  }

  /** Returns the grid of an image's patches. */
  public PlaceGrid grid() {
    return new PlaceGrid(batch.grid().rows(), batch.grid().columns());
  }

  /** Returns the height of the images it takes, in pixels. */
  public int imageHeight() {
    return batch.height();
  }

  /** Returns the width of the images it takes, in pixels. */
  public int imageWidth() {
    return batch.width();
  }

  /**
   * Reconstructs images. A model of normalised patches predicts their shape only; mean and contrast
   * of each patch are then those of the image.
   *
   * @param images of the height and width it takes
   * @param removed for each (L), true where a patch is not seen
   */
  public List<Panels> reconstruct(List<PixelImage> images, List<boolean[]> removed) {
    ChannelStatistics statistics = model.pixels().statistics();
    List<Panels> panels = new ArrayList<>();
    try (PackedBatch packed = packer.pack(batch.masked(images, removed));
        StepScope scope = StepScope.open(model.parameters().manager())) {
      Reconstruction made =
          network.reconstruct(packed, TargetSpace.TRUE_STATISTICS, model.precision(), scope);
      for (int row = 0; row < images.size(); row++) {
        panels.add(
            new Panels(
                images.get(row),
                picture(made, row, Panel.MASKED, statistics),
                picture(made, row, Panel.PREDICTED, statistics),
                picture(made, row, Panel.PASTED, statistics)));
      }
    }
    return panels;
  }

  private static PixelImage picture(
      Reconstruction made, int row, Panel panel, ChannelStatistics statistics) {
    return new PixelImage(
        made.height(), made.width(), made.channels(), made.samples(row, panel, statistics));
  }

  @Override
  public void close() {
    network.close();
  }
}
