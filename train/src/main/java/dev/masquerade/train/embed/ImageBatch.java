package dev.masquerade.train.embed;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.image.Patches;
import dev.masquerade.modality.image.PixelImage;
import java.util.List;

/** Images as one batch of patches. Used again for batch after batch. */
public final class ImageBatch {

  private final ModalitySpec image;
  private final TokenLayout.Grid grid;
  private final int patchSize;
  private final int capacity;
  private MaskedBatch batch;

  /**
   * Allocates.
   *
   * @param image pixels on a grid
   * @param capacity most images of a batch
   */
  public ImageBatch(ModalitySpec image, int capacity) {
    if (!(image.layout() instanceof TokenLayout.Grid places)
        || !(image.space() instanceof TokenSpace.Pixels pixels)) {
      throw new IllegalArgumentException(image.name() + " is no grid of pixels");
    }
    this.image = image;
    this.grid = places;
    this.patchSize = pixels.patchSize();
    this.capacity = capacity;
    this.batch = MaskedBatch.allocate(List.of(image), capacity);
  }

  /** Returns the modality of its images. */
  ModalitySpec image() {
    return image;
  }

  /** Returns the grid of its images. */
  TokenLayout.Grid grid() {
    return grid;
  }

  /** Returns the height of its images, in pixels. */
  public int height() {
    return grid.rows() * patchSize;
  }

  /** Returns the width of its images, in pixels. */
  public int width() {
    return grid.columns() * patchSize;
  }

  /** Returns a batch in which the encoder sees every place of every image. */
  public MaskedBatch seen(List<PixelImage> images) {
    return masked(images, List.of());
  }

  /**
   * Returns a batch in which some places are predicted.
   *
   * @param removed for each image (L), true where a place is predicted rather than seen; empty
   *     where all is seen
   */
  MaskedBatch masked(List<PixelImage> images, List<boolean[]> removed) {
    if (images.size() > capacity) {
      batch = MaskedBatch.allocate(List.of(image), images.size());
    }
    batch.clear();
    MaskedBatch.Part part = batch.parts().get(0);
    for (int i = 0; i < images.size(); i++) {
      PixelImage picture = images.get(i);
      if (picture.height() != height() || picture.width() != width()) {
        throw new IllegalArgumentException(
            "an image of "
                + picture.height()
                + " x "
                + picture.width()
                + " pixels was given to a model of "
                + height()
                + " x "
                + width());
      }
      int row = batch.addRow(Integer.toString(i));
      int from = row * part.places;
      byte[] patches = Patches.split(picture, patchSize);
      System.arraycopy(patches, 0, part.pixels, from * part.width, patches.length);
      for (int place = 0; place < part.places; place++) {
        boolean predicted = !removed.isEmpty() && removed.get(i)[place];
        part.encoderIgnored[from + place] = predicted;
        part.decoderIgnored[from + place] = !predicted;
      }
    }
    return batch;
  }
}
