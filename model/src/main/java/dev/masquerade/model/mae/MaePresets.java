package dev.masquerade.model.mae;

import dev.masquerade.modality.NearestName;
import dev.masquerade.model.Positions;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitPresets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Masked autoencoders by name.
 *
 * <p>{@code mae_vit_base}, {@code mae_vit_large} and {@code mae_vit_huge} are those of the
 * reference, for images of 224 pixels; {@code mae_vit_tiny} and {@code mae_vit_small} are for
 * rendered scenes of 64 pixels. {@code simmim_} stands before the same encoders without a decoder.
 */
public final class MaePresets {

  private static final Map<String, MaeConfig> PRESETS = presets();

  private MaePresets() {}

  /** Returns all names. */
  public static Set<String> names() {
    return PRESETS.keySet();
  }

  /**
   * Returns a model by name.
   *
   * @throws IllegalArgumentException if there is none of this name, listing those there are
   */
  public static MaeConfig get(String name) {
    MaeConfig config = PRESETS.get(name);
    if (config == null) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is not a masked autoencoder."
              + NearestName.of(name, names())
                  .map(near -> " Did you mean \"" + near + "\"?")
                  .orElse("")
              + " Known: "
              + String.join(", ", names()));
    }
    return config;
  }

  private static Map<String, MaeConfig> presets() {
    Map<String, MaeConfig> presets = new LinkedHashMap<>();
    presets.put("mae_vit_tiny", MaeConfig.mae(encoder("vit_tiny"), 96, 2, 3));
    presets.put("mae_vit_small", MaeConfig.mae(encoder("vit_small"), 192, 4, 6));
    for (String size : new String[] {"base", "large", "huge"}) {
      presets.put("mae_vit_" + size, MaeConfig.mae(encoder("vit_" + size), 512, 8, 16));
    }
    for (String size : new String[] {"tiny", "small", "base", "large", "huge"}) {
      presets.put("simmim_vit_" + size, MaeConfig.simMim(encoder("vit_" + size)));
    }
    return Collections.unmodifiableMap(presets);
  }

  private static VitConfig encoder(String name) {
    return VitPresets.get(name).toBuilder().positions(Positions.SINE_COSINE).build();
  }
}
