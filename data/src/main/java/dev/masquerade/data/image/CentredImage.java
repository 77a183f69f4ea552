package dev.masquerade.data.image;

import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.ViewSampler;

/** Brings images to one size: the largest centred part of that shape, resized. */
public final class CentredImage {

  private final int height;
  private final int width;
  private final ViewSampler sampler;

  /** Creates it for images of a height and a width in pixels. */
  public CentredImage(int height, int width) {
    this.height = height;
    this.width = width;
    this.sampler = new ViewSampler(height, width, ResizeFilter.BICUBIC);
  }

  /** Returns the middle of an image in the size asked for. */
  public PixelImage of(PixelImage image) {
    View view = CentreCrop.of(image.size(), height, width);
    return sampler.colours(image, view);
  }
}
