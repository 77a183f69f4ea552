package dev.masquerade.model.weights;

import dev.masquerade.model.lora.AdapterNames;
import dev.masquerade.model.lora.LoraConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts adapters into a layout: each stands behind the map it belongs to, and everything else is
 * frozen. The second matrix starts at 0, so that a model with new adapters computes what it did
 * without them.
 */
final class AdapterLayout {

  private static final List<String> EMBEDDINGS =
      List.of("encoder_embeddings.", "decoder_embeddings.", "mask_token");

  private final LoraConfig lora;
  private final Map<String, ParameterSpec> specs = new LinkedHashMap<>();

  private AdapterLayout(LoraConfig lora) {
    this.lora = lora;
  }

  /**
   * Adds adapters.
   *
   * @throws IllegalArgumentException if the rank is larger than a map
   */
  static Map<String, ParameterSpec> into(Map<String, ParameterSpec> plain, LoraConfig lora) {
    AdapterLayout layout = new AdapterLayout(lora);
    for (ParameterSpec spec : plain.values()) {
      boolean biased = plain.containsKey(spec.name().replaceFirst("weight$", "bias"));
      layout.add(spec, biased);
    }
    if (layout.specs.size() == plain.size()) {
      throw new IllegalArgumentException(
          "this model has no maps for adapters of " + lora.parts() + ". Choose other parts");
    }
    return layout.specs;
  }

  private void add(ParameterSpec spec, boolean biased) {
    String name = spec.name();
    if (!AdapterNames.isAdapted(name, lora.parts())) {
      boolean trained =
          lora.embeddings() && EMBEDDINGS.stream().anyMatch(part -> name.startsWith(part));
      put(trained ? spec : frozen(spec, name));
      return;
    }
    put(frozen(spec, AdapterNames.beside(name)));
    boolean last = name.endsWith(".bias") || !biased;
    if (last) {
      adapter(name.replaceFirst("bias$", "weight"));
    }
  }

  private void adapter(String weight) {
    ParameterSpec map = specs.get(AdapterNames.beside(weight));
    if (map == null) {
      throw new IllegalStateException(weight + " comes after its bias in the layout");
    }
    List<Long> shape = map.shape();
    long outputs = shape.get(0);
    long inputs = shape.get(1);
    long rank = (long) AdapterNames.packedMaps(weight) * lora.rank();
    if (rank > Math.min(inputs, outputs)) {
      throw new IllegalArgumentException(
          "the rank of adapters is "
              + lora.rank()
              + ", which makes "
              + rank
              + " at "
              + weight
              + ", more than the map of "
              + outputs
              + " x "
              + inputs
              + " has. Lower lora.rank");
    }
    put(
        new ParameterSpec(
            AdapterNames.down(weight),
            List.of(rank, inputs),
            new InitRule.Normal(1.0 / lora.rank()),
            true,
            Optional.empty()));
    put(
        new ParameterSpec(
            AdapterNames.up(weight),
            List.of(outputs, rank),
            new InitRule.Constant(0),
            true,
            Optional.empty()));
  }

  private static ParameterSpec frozen(ParameterSpec spec, String name) {
    return new ParameterSpec(
        name,
        spec.shape(),
        spec.trainable() ? new InitRule.Frozen(spec.rule()) : spec.rule(),
        false,
        spec.tiedTo());
  }

  private void put(ParameterSpec spec) {
    specs.put(spec.name(), spec);
  }
}
