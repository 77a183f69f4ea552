package dev.masquerade.data.image;

import dev.masquerade.modality.image.PixelImage;
import org.jspecify.annotations.Nullable;

/**
 * An image ready for a model, or what was wrong with it.
 *
 * @param index in its source
 * @param name of the image
 * @param label its class; empty where none is known
 * @param image in the size asked for; null where there is a problem
 * @param problem why there is no image; empty where there is one
 */
public record PreparedImage(
    int index, String name, String label, @Nullable PixelImage image, String problem) {

  public PreparedImage {
    if ((image == null) == problem.isEmpty()) {
      throw new IllegalArgumentException(name + " needs either an image or a problem");
    }
  }
}
