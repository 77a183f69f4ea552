package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * All tensors of a model's state in the order and under the names of the 4M reference: weights,
 * fixed tables, and tensors that stand under two names. What released checkpoints contain.
 */
public final class ParameterLayout {

  private final Map<String, ParameterSpec> byName;

  private ParameterLayout(Map<String, ParameterSpec> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /**
   * Lays out a model.
   *
   * @param config its dimensions
   * @param modalities in run order
   * @throws IllegalArgumentException if a modality does not fit the dimensions, saying what to
   *     change
   */
  public static ParameterLayout of(ModelConfig config, List<ModalitySpec> modalities) {
    return new ParameterLayout(new LayoutBuilder(config).build(modalities));
  }

  /**
   * Makes a layout of any model.
   *
   * @param specs by name, in the order in which checkpoints list them
   */
  public static ParameterLayout of(Map<String, ParameterSpec> specs) {
    return new ParameterLayout(new LinkedHashMap<>(specs));
  }

  /** Returns every tensor, in order. */
  public Collection<ParameterSpec> parameters() {
    return byName.values();
  }

  /** Says whether there is a tensor of this name. */
  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  /**
   * Returns one tensor.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public ParameterSpec get(String name) {
    ParameterSpec spec = byName.get(name);
    if (spec == null) {
      throw new IllegalArgumentException("this model has no tensor named " + name);
    }
    return spec;
  }

  /** Returns the name of the tensor that holds the values of {@code name}: itself or its twin. */
  public String owner(String name) {
    return get(name).tiedTo().orElse(name);
  }

  /**
   * Returns the names of the tensors that hold the same values as {@code owner}, itself excluded.
   */
  public List<String> twins(String owner) {
    List<String> twins = new ArrayList<>();
    for (ParameterSpec spec : byName.values()) {
      if (spec.tiedTo().isPresent() && spec.tiedTo().get().equals(owner)) {
        twins.add(spec.name());
      }
    }
    return twins;
  }

  /** Returns what an optimiser moves, in order, each once. */
  public List<ParameterSpec> trainable() {
    return byName.values().stream().filter(ParameterSpec::trainable).toList();
  }

  /** Returns the tensors that are not another one's second name, in order. */
  public List<ParameterSpec> owners() {
    return byName.values().stream().filter(spec -> spec.tiedTo().isEmpty()).toList();
  }

  /** Returns the number of trainable values. */
  public long trainableCount() {
    return trainableCount(name -> true);
  }

  /**
   * Returns the number of trainable values outside the embeddings and heads of modalities: the size
   * by which models of this family are compared.
   */
  public long backboneCount() {
    return trainableCount(
        name -> !name.startsWith("encoder_embeddings.") && !name.startsWith("decoder_embeddings."));
  }

  /** Returns the number of trainable values in tensors whose name fulfils {@code chosen}. */
  public long trainableCount(Predicate<String> chosen) {
    return byName.values().stream()
        .filter(spec -> spec.trainable() && chosen.test(spec.name()))
        .mapToLong(ParameterSpec::elements)
        .sum();
  }
}
