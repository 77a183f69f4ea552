package dev.masquerade.model.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Names and shapes alone, whether of a file's tensors or of a model's. */
final class TensorShapes {

  private final Map<String, List<Long>> byName;

  private TensorShapes(Map<String, List<Long>> byName) {
    this.byName = byName;
  }

  static TensorShapes of(Map<String, List<Long>> shapes) {
    return new TensorShapes(new TreeMap<>(shapes));
  }

  static TensorShapes of(TensorSource file) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    file.tensors().forEach(entry -> shapes.put(entry.name(), entry.shape()));
    return new TensorShapes(shapes);
  }

  static TensorShapes of(ParameterLayout layout) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    layout.parameters().forEach(spec -> shapes.put(spec.name(), spec.shape()));
    return new TensorShapes(shapes);
  }

  Set<String> names() {
    return byName.keySet();
  }

  boolean contains(String name) {
    return byName.containsKey(name);
  }

  /** Returns how many blocks of a stack there are, counted from 0 without a gap. */
  int blocks(String stack) {
    int count = 0;
    while (contains(stack + "." + count + ".norm1.weight")) {
      count++;
    }
    return count;
  }

  /** Returns the length of one axis, or empty where there is no such tensor or axis. */
  Optional<Long> axis(String name, int axis) {
    List<Long> shape = byName.get(name);
    return shape == null || axis >= shape.size() ? Optional.empty() : Optional.of(shape.get(axis));
  }
}
