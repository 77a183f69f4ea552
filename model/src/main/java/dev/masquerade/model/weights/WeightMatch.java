package dev.masquerade.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's tensors laid beside those of a file.
 *
 * <p>A tensor that a model has under two names may stand in the file under either or both. Tables
 * and fixed biases may be absent, because the model knows their values; weights may not.
 */
public final class WeightMatch {

  private static final int NAMED = 8;

  /** For values that no seed changes. */
  private static final ParameterInitialiser ANY_SEED = new ParameterInitialiser(0);

  /**
   * A tensor whose shape in the file is not the model's.
   *
   * @param name in the model
   * @param expected the model's shape
   * @param found the file's
   */
  public record Difference(String name, List<Long> expected, List<Long> found) {}

  private final ParameterLayout layout;
  private final TensorSource file;
  private final Map<String, String> stored = new HashMap<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final List<Difference> differing = new ArrayList<>();
  private final List<String> torn = new ArrayList<>();

  private WeightMatch(ParameterLayout layout, TensorSource file) {
    this.layout = layout;
    this.file = file;
  }

  /** Compares a model with a file. */
  public static WeightMatch of(ParameterLayout layout, TensorSource file) throws IOException {
    return of(layout, file, "");
  }

  /**
   * Compares a model with the tensors of a file whose names begin with a prefix.
   *
   * @param prefix stands in the file before the model's names, for example {@code param.}
   */
  public static WeightMatch of(ParameterLayout layout, TensorSource file, String prefix)
      throws IOException {
    WeightMatch match = new WeightMatch(layout, file);
    match.compare(prefix);
    return match;
  }

  private void compare(String prefix) throws IOException {
    Set<String> known = new HashSet<>();
    for (ParameterSpec owner : layout.owners()) {
      List<String> names = new ArrayList<>(List.of(owner.name()));
      names.addAll(layout.twins(owner.name()));
      String first = "";
      for (String name : names) {
        known.add(prefix + name);
        TensorEntry entry = file.find(prefix + name).orElse(null);
        if (entry == null) {
          continue;
        }
        if (!entry.shape().equals(owner.shape())) {
          differing.add(new Difference(name, owner.shape(), entry.shape()));
        } else if (first.isEmpty()) {
          first = entry.name();
          stored.put(owner.name(), first);
        } else if (!equalBytes(first, entry.name())) {
          torn.add(owner.name() + " and " + name);
        }
      }
      boolean differs =
          differing.stream().anyMatch(difference -> names.contains(difference.name()));
      if (first.isEmpty() && owner.learnt() && !differs) {
        missing.add(owner.name());
      }
    }
    for (TensorEntry entry : file.tensors()) {
      if (entry.name().startsWith(prefix) && !known.contains(entry.name())) {
        unexpected.add(entry.name().substring(prefix.length()));
      }
    }
  }

  private boolean equalBytes(String one, String other) throws IOException {
    return file.get(one).type() == file.get(other).type()
        && file.bytes(one).equals(file.bytes(other));
  }

  /** Returns names of weights of the model that the file lacks. */
  public List<String> missing() {
    return List.copyOf(missing);
  }

  /** Returns names of tensors of the file that the model lacks. */
  public List<String> unexpected() {
    return List.copyOf(unexpected);
  }

  /** Returns tensors that both have in different shapes. */
  public List<Difference> differing() {
    return List.copyOf(differing);
  }

  /** Returns pairs of names that are one tensor in the model and two different ones in the file. */
  public List<String> torn() {
    return List.copyOf(torn);
  }

  /** Says whether the file holds exactly the model's weights. */
  public boolean fits() {
    return missing.isEmpty() && unexpected.isEmpty() && differing.isEmpty() && torn.isEmpty();
  }

  /** Says whether the file has values for a tensor of the model. */
  public boolean holds(ParameterSpec spec) {
    return stored.containsKey(layout.owner(spec.name()));
  }

  /**
   * Returns the values of one tensor as the file has them.
   *
   * @return row by row; mapped from the file where it stores floats, converted otherwise
   * @throws IllegalArgumentException if the file does not hold it
   * @throws UncheckedIOException if the file cannot be read
   */
  public FloatBuffer values(ParameterSpec spec) {
    String name = stored.get(layout.owner(spec.name()));
    if (name == null) {
      throw new IllegalArgumentException(file.path() + " does not hold " + spec.name());
    }
    try {
      if (file.get(name).type() == ElementType.F32) {
        ByteBuffer bytes = file.bytes(name);
        return bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      }
      return FloatBuffer.wrap(file.floats(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the values of one tensor as the file has them, or, of a table or a fixed bias that it
   * lacks, as every model has them.
   *
   * @throws IllegalArgumentException if the file does not hold it and its values can be any
   * @throws UncheckedIOException if the file cannot be read
   */
  public FloatBuffer valuesOrKnown(ParameterSpec spec) {
    return !holds(spec) && spec.known() ? valuesOr(ANY_SEED, spec) : values(spec);
  }

  /**
   * Returns the values of one tensor as the file has them, or as it starts where the file does not.
   */
  public FloatBuffer valuesOr(ParameterInitialiser otherwise, ParameterSpec spec) {
    return holds(spec) ? values(spec) : FloatBuffer.wrap(otherwise.values(spec));
  }

  /**
   * Refuses a file that does not hold exactly the model's weights.
   *
   * @return this
   * @throws InvalidWeightsException if so, naming tensors and shapes
   */
  public WeightMatch require() throws InvalidWeightsException {
    if (!fits()) {
      throw new InvalidWeightsException(file.path(), report());
    }
    return this;
  }

  /** Returns in words how model and file differ; says so where they do not. */
  public String report() {
    if (fits()) {
      return "holds the weights of this model";
    }
    StringBuilder text = new StringBuilder("holds the weights of another model.");
    list(
        text,
        "of another shape",
        differing.stream()
            .map(
                difference ->
                    difference.name()
                        + ": the model has "
                        + difference.expected()
                        + ", the file "
                        + difference.found())
            .toList());
    list(text, "in the model but not in the file", missing);
    list(text, "in the file but not in the model", unexpected);
    list(text, "one tensor in the model but two in the file (set tied heads to false)", torn);
    text.append("\nUse the config.json that belongs to these weights, or other weights.");
    return text.toString();
  }

  private static void list(StringBuilder text, String what, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.append("\n  ").append(lines.size()).append(' ').append(what).append(':');
    lines.stream().limit(NAMED).forEach(line -> text.append("\n    ").append(line));
    if (lines.size() > NAMED) {
      text.append("\n    ... and ").append(lines.size() - NAMED).append(" more");
    }
  }
}
