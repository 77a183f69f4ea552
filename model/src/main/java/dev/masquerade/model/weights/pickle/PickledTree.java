package dev.masquerade.model.weights.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a pickle made into a tree with named tensors. What a pickle made may contain itself,
 * or the same thing many times at every level, so both depth and size of the tree are bounded.
 */
final class PickledTree {

  private static final int DEEPEST = 64;
  private static final int MOST_VALUES = 500_000;
  private static final int MOST_TENSORS = 100_000;
  private static final int LONGEST_NAME = 512;

  /** Name of the tensor where a file is nothing else. */
  private static final String ALONE = "tensor";

  private final Map<String, TensorView> tensors = new LinkedHashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private int values;

  /** Returns the tensors that were found, by dotted name. */
  Map<String, TensorView> tensors() {
    return tensors;
  }

  PickledValue grow(@Nullable Object made) throws RefusedPickleException {
    if (++values > MOST_VALUES) {
      throw new RefusedPickleException("holds more than " + MOST_VALUES + " values");
    }
    if (path.size() > DEEPEST) {
      throw new RefusedPickleException("is nested more than " + DEEPEST + " levels deep");
    }
    if (made instanceof PickledDictionary dictionary) {
      Map<String, PickledValue> entries = new LinkedHashMap<>();
      for (Map.Entry<Object, @Nullable Object> entry : dictionary.entrySet()) {
        String key = String.valueOf(entry.getKey());
        if (entries.put(key, under(key, entry.getValue())) != null) {
          throw new RefusedPickleException(
              "has two entries that are both written " + RefusedPickleException.quote(key));
        }
      }
      return new PickledValue.Entries(entries);
    }
    if (made instanceof List<?> list) {
      return items(list.toArray());
    }
    if (made instanceof Object[] tuple) {
      return items(tuple);
    }
    if (made instanceof TensorView view) {
      String name = name();
      if (tensors.put(name, view) != null) {
        throw new RefusedPickleException(
            "has two tensors whose places are both written " + RefusedPickleException.quote(name));
      }
      if (tensors.size() > MOST_TENSORS) {
        throw new RefusedPickleException("holds more than " + MOST_TENSORS + " tensors");
      }
      return new PickledValue.Tensor(name);
    }
    return new PickledValue.Scalar(scalar(made));
  }

  private PickledValue items(Object[] items) throws RefusedPickleException {
    List<PickledValue> grown = new ArrayList<>();
    for (int i = 0; i < items.length; i++) {
      grown.add(under(Integer.toString(i), items[i]));
    }
    return new PickledValue.Items(grown);
  }

  private PickledValue under(String key, @Nullable Object value) throws RefusedPickleException {
    path.addLast(key);
    PickledValue grown = grow(value);
    path.removeLast();
    return grown;
  }

  private String name() throws RefusedPickleException {
    int length = 0;
    for (String key : path) {
      length += key.length() + 1;
    }
    if (length > LONGEST_NAME) {
      throw new RefusedPickleException(
          "has a tensor whose name is longer than " + LONGEST_NAME + " letters");
    }
    return path.isEmpty() ? ALONE : String.join(".", path);
  }

  private static @Nullable Object scalar(@Nullable Object made) throws RefusedPickleException {
    if (made == null
        || made instanceof Boolean
        || made instanceof Number
        || made instanceof String) {
      return made;
    }
    if (made instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (made instanceof AllowedNames.Name name) {
      return name.text();
    }
    if (made instanceof AllowedNames.ValueType type) {
      return type.text();
    }
    if (made instanceof AllowedNames.StorageType type) {
      return type.type() + " storage";
    }
    if (made instanceof Storage.Part part) {
      return "storage of " + part.elements() + " values";
    }
    throw new RefusedPickleException("has a damaged pickle: a mark stands where a value should");
  }
}
