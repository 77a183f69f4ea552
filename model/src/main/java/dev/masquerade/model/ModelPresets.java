package dev.masquerade.model;

import dev.masquerade.modality.NearestName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The models of the 4M family by name, and a small one that learns in minutes.
 *
 * <p>{@code fm_base_12e_12d_swiglu_nobias} and its kin are the reference's encoder-decoders, {@code
 * fm_vit_base_12e_swiglu_nobias} and its kin the encoders alone. {@code fm_base} and {@code
 * fm_vit_base} are short for the variant with SwiGLU and without biases. {@code scenes_small} is
 * for rendered scenes of 64 pixels.
 */
public final class ModelPresets {

  /** Dimensions of the family, smallest first. */
  private enum Size {
    TINY(384, 6, 6, false),
    SMALL(512, 8, 8, false),
    BASE(768, 12, 12, true),
    LARGE(1024, 24, 16, true),
    XLARGE(2048, 24, 32, true);

    private final int dim;
    private final int depth;
    private final int heads;
    private final boolean withQueryKeyNorm;

    Size(int dim, int depth, int heads, boolean withQueryKeyNorm) {
      this.dim = dim;
      this.depth = depth;
      this.heads = heads;
      this.withQueryKeyNorm = withQueryKeyNorm;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Map<String, ModelConfig> PRESETS = presets();

  private ModelPresets() {}

  /** Returns all names, short ones included. */
  public static Set<String> names() {
    return PRESETS.keySet();
  }

  /**
   * Returns a model by name. Image and patch size are the reference's 224 and 16, 64 and 8 for
   * scenes; change them and anything else through {@link ModelConfig#toBuilder}.
   *
   * @throws IllegalArgumentException if there is none of this name, listing those there are
   */
  public static ModelConfig get(String name) {
    ModelConfig config = PRESETS.get(name);
    if (config == null) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is not a model preset."
              + NearestName.of(name, names())
                  .map(near -> " Did you mean \"" + near + "\"?")
                  .orElse("")
              + " Known: "
              + String.join(", ", names()));
    }
    return config;
  }

  private static Map<String, ModelConfig> presets() {
    Map<String, ModelConfig> presets = new LinkedHashMap<>();
    presets.put("scenes_small", scenesSmall());
    for (Size size : Size.values()) {
      ModelConfig swiglu =
          ModelConfig.builder()
              .dim(size.dim)
              .encoderDepth(size.depth)
              .decoderDepth(size.depth)
              .heads(size.heads)
              .mlpRatio(4)
              .activation(Activation.SWIGLU)
              .linearBiases(false)
              .normBias(false)
              .build();
      ModelConfig gelu =
          swiglu.toBuilder().activation(Activation.GELU).linearBiases(true).normBias(true).build();
      String pair = "fm_" + size.label() + "_" + size.depth + "e_" + size.depth + "d";
      String alone = "fm_vit_" + size.label() + "_" + size.depth + "e";
      presets.put("fm_" + size.label(), swiglu);
      presets.put(pair + "_gelu", gelu);
      presets.put(pair + "_swiglu_nobias", swiglu);
      presets.put("fm_vit_" + size.label(), encoderOnly(swiglu));
      presets.put(alone + "_gelu", encoderOnly(gelu));
      presets.put(alone + "_swiglu_nobias", encoderOnly(swiglu));
      if (size.withQueryKeyNorm) {
        ModelConfig normalised = swiglu.toBuilder().qkNorm(true).build();
        presets.put(pair + "_swiglu_qknorm_nobias", normalised);
        presets.put(alone + "_swiglu_qknorm_nobias", encoderOnly(normalised));
      }
    }
    return Collections.unmodifiableMap(presets);
  }

  private static ModelConfig encoderOnly(ModelConfig pair) {
    return pair.toBuilder().decoderDepth(0).build();
  }

  /** Small enough for minutes on two cores, wide enough to find matching places. */
  private static ModelConfig scenesSmall() {
    return ModelConfig.builder()
        .dim(128)
        .encoderDepth(2)
        .decoderDepth(2)
        .heads(4)
        .mlpRatio(4)
        .activation(Activation.SWIGLU)
        .linearBiases(false)
        .normBias(false)
        .imageSize(64)
        .patchSize(8)
        .initialisation(Initialisation.MIMETIC)
        .build();
  }
}
