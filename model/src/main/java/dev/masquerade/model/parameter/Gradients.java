package dev.masquerade.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gradients in the order of {@link Parameters#trainable}. A parameter that the loss does not depend
 * on has none, and an optimiser leaves it and its state alone. The arrays belong to the scope they
 * were computed in.
 */
public final class Gradients {

  private final List<@Nullable NDArray> arrays;

  private Gradients(List<@Nullable NDArray> arrays) {
    this.arrays = arrays;
  }

  /**
   * Lines up what a kernel found.
   *
   * @param found the gradients that exist
   * @param numbers for each of them the index of its parameter
   * @param parameters number of trainable parameters
   */
  public static Gradients of(List<NDArray> found, long[] numbers, int parameters) {
    List<@Nullable NDArray> arrays = new ArrayList<>();
    for (int i = 0; i < parameters; i++) {
      arrays.add(null);
    }
    for (int i = 0; i < numbers.length; i++) {
      arrays.set((int) numbers[i], found.get(i));
    }
    return new Gradients(arrays);
  }

  /**
   * Lines up gradients that are known by name.
   *
   * @param found the gradients that exist
   */
  public static Gradients of(Parameters parameters, Map<String, NDArray> found) {
    List<@Nullable NDArray> arrays = new ArrayList<>();
    parameters.trainable().forEach(spec -> arrays.add(found.get(spec.name())));
    return new Gradients(arrays);
  }

  /** Returns the number of trainable parameters. */
  public int size() {
    return arrays.size();
  }

  /**
   * Returns the gradient of a trainable parameter, or null where the loss does not depend on it.
   */
  public @Nullable NDArray get(int parameter) {
    return arrays.get(parameter);
  }

  /** Returns the gradient of each trainable parameter, null where there is none. A copy. */
  public List<@Nullable NDArray> list() {
    return new ArrayList<>(arrays);
  }

  /** Returns the gradients that exist, in order. */
  public NDList present() {
    NDList list = new NDList();
    for (NDArray array : arrays) {
      if (array != null) {
        list.add(array);
      }
    }
    return list;
  }
}
