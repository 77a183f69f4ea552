package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.image.Patches;
import dev.masquerade.modality.image.PixelImage;
import java.util.Optional;

/** Puts patches of pixels together, and cuts pictures into patches. */
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

  /**
   * Cuts a picture into the patches of a modality; empty where it has another size or other
   * channels.
   *
   * @param picture (3, H, W) samples in {@code [0, 1]}
   */
  static Optional<TokenizedModality.PixelPatches> cut(
      Planes picture, TokenSpace.Pixels pixels, TokenLayout.Grid grid) {
    int edge = pixels.patchSize();
    int channels = pixels.statistics().channels();
    if (picture.channels() != channels
        || picture.height() != grid.rows() * edge
        || picture.width() != grid.columns() * edge) {
      return Optional.empty();
    }
    byte[] samples = new byte[picture.values().length];
    int at = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        for (int c = 0; c < channels; c++) {
          float value = Math.max(0, Math.min(1, picture.at(c, y, x)));
          samples[at++] = (byte) Math.round(value * 255);
        }
      }
    }
    byte[] patches =
        Patches.split(new PixelImage(picture.height(), picture.width(), channels, samples), edge);
    return Optional.of(new TokenizedModality.PixelPatches(patches, pixels.width()));
  }
}
