package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;

/** Puts patches of pixels together again. */
final class PatchPicture {

  private PatchPicture() {}

  /** Returns planes in {@code [0, 1]}. */
  static Planes join(
      TokenizedModality.PixelPatches patches, TokenSpace.Pixels pixels, TokenLayout.Grid grid) {
    int edge = pixels.patchSize();
    int channels = pixels.statistics().channels();
    Planes planes = Planes.zeros(channels, grid.rows() * edge, grid.columns() * edge);
    int at = 0;
    for (int place = 0; place < grid.places(); place++) {
      int top = place / grid.columns() * edge;
      int left = place % grid.columns() * edge;
      for (int y = 0; y < edge; y++) {
        for (int x = 0; x < edge; x++) {
          for (int c = 0; c < channels; c++) {
            int index = (c * planes.height() + top + y) * planes.width() + left + x;
            planes.values()[index] = (patches.values()[at++] & 0xff) / 255f;
          }
        }
      }
    }
    return planes;
  }
}
