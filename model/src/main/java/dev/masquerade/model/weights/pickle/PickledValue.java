package dev.masquerade.model.weights.pickle;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pickled file holds, as plain nested values with its tensors in their places. */
public sealed interface PickledValue {

  /**
   * A single value.
   *
   * @param value a {@link Boolean}, {@link Integer}, {@link Long}, {@link java.math.BigInteger},
   *     {@link Double} or {@link String}; null is None
   */
  record Scalar(@Nullable Object value) implements PickledValue {}

  /**
   * A list, tuple or set.
   *
   * @param values in order
   */
  record Items(List<PickledValue> values) implements PickledValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  /**
   * A dictionary, or the attributes of a namespace.
   *
   * @param values by key, in order; keys that are numbers are written out
   */
  record Entries(Map<String, PickledValue> values) implements PickledValue {
    public Entries {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * A tensor.
   *
   * @param name under which {@link PickledFile} has it
   */
  record Tensor(String name) implements PickledValue {}

  /** Returns the value found by going down dictionaries by these keys, if there is one. */
  default Optional<PickledValue> at(String... keys) {
    PickledValue value = this;
    for (String key : keys) {
      PickledValue next = value instanceof Entries entries ? entries.values().get(key) : null;
      if (next == null) {
        return Optional.empty();
      }
      value = next;
    }
    return Optional.of(value);
  }

  /** Returns the value as JSON, with the names of tensors in their places. */
  default JsonElement json() {
    if (this instanceof Items items) {
      JsonArray array = new JsonArray();
      items.values().forEach(value -> array.add(value.json()));
      return array;
    }
    if (this instanceof Entries entries) {
      JsonObject object = new JsonObject();
      entries.values().forEach((key, value) -> object.add(key, value.json()));
      return object;
    }
    if (this instanceof Tensor tensor) {
      return new JsonPrimitive(tensor.name());
    }
    Object value = ((Scalar) this).value();
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    return value == null ? JsonNull.INSTANCE : new JsonPrimitive(String.valueOf(value));
  }

  /** Returns the short single values by dotted name, in order: remarks beside the tensors. */
  default Map<String, String> remarks() {
    return new Remarks().of(this);
  }
}
