package dev.masquerade.model.vit;

import dev.masquerade.modality.NearestName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Vision transformers by name, without heads and with trained positions.
 *
 * <p>{@code vit_base}, {@code vit_base_32}, {@code vit_large} and {@code vit_huge} are for images
 * of 224 pixels, {@code vit_tiny} and {@code vit_small} for rendered scenes of 64 pixels. Change
 * anything through {@link VitConfig#toBuilder}.
 */
public final class VitPresets {

  private static final Map<String, VitConfig> PRESETS = presets();

  private VitPresets() {}

  /** Returns all names. */
  public static Set<String> names() {
    return PRESETS.keySet();
  }

  /**
   * Returns a model by name.
   *
   * @throws IllegalArgumentException if there is none of this name, listing those there are
   */
  public static VitConfig get(String name) {
    VitConfig config = PRESETS.get(name);
    if (config == null) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is not a vision transformer."
              + NearestName.of(name, names())
                  .map(near -> " Did you mean \"" + near + "\"?")
                  .orElse("")
              + " Known: "
              + String.join(", ", names()));
    }
    return config;
  }

  private static Map<String, VitConfig> presets() {
    Map<String, VitConfig> presets = new LinkedHashMap<>();
    presets.put("vit_tiny", of(8, 8, 192, 6, 3));
    presets.put("vit_small", of(8, 8, 384, 12, 6));
    presets.put("vit_base", of(14, 16, 768, 12, 12));
    presets.put("vit_base_32", of(7, 32, 768, 12, 12));
    presets.put("vit_large", of(14, 16, 1024, 24, 16));
    presets.put("vit_huge", of(16, 14, 1280, 32, 16));
    return Collections.unmodifiableMap(presets);
  }

  private static VitConfig of(int grid, int patchSize, int width, int depth, int heads) {
    return VitConfig.builder()
        .grid(grid, grid)
        .patchSize(patchSize)
        .width(width)
        .depth(depth)
        .heads(heads)
        .build();
  }
}
