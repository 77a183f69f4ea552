package dev.masquerade.modality.image;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import java.util.Set;

/**
 * The frame of a modality that is cut into patches and may be stored at a fraction of its size.
 *
 * @param stored edge of the frame, in its own pixels
 * @param edge of a patch, in its own pixels
 * @param grid of patches
 * @param roles where it may stand
 */
record FrameSettings(int stored, int edge, TokenLayout.Grid grid, Set<Role> roles) {

  private static final int DEFAULT_PATCH = 16;

  /**
   * Reads {@code size}, {@code patchSize} (default 16), both in pixels of the full picture, and the
   * option {@code stride}: how many of those lie along an edge of one pixel that is kept. Without
   * declared roles it may stand on both sides.
   *
   * @throws InvalidSettingsException if they do not divide each other
   */
  static FrameSettings of(ModalitySettings settings) {
    int size = settings.size();
    int patch = settings.patchSize() == 0 ? DEFAULT_PATCH : settings.patchSize();
    int stride = settings.count("stride", 1, 1);
    if (size < 1) {
      throw new InvalidSettingsException(
          "size",
          settings.name()
              + " needs a size in pixels: set it, or name it "
              + settings.name().base()
              + "@224");
    }
    if (size % patch != 0) {
      throw new InvalidSettingsException(
          "patch_size", "the size " + size + " is no multiple of the patch size " + patch);
    }
    if (patch % stride != 0) {
      throw new InvalidSettingsException(
          "options.stride", "the patch size " + patch + " is no multiple of the stride " + stride);
    }
    return new FrameSettings(
        size / stride,
        patch / stride,
        new TokenLayout.Grid(size / patch, size / patch),
        settings.roles().isEmpty() ? Set.of(Role.INPUT, Role.TARGET) : settings.roles());
  }
}
