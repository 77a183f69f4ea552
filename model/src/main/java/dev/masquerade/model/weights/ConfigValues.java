package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.masquerade.modality.NearestName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Values of a config by name; a value of the wrong kind is refused by name. */
public final class ConfigValues {

  private final JsonObject json;

  ConfigValues(JsonObject json) {
    this.json = json;
  }

  /** Returns a value, or empty where it is absent or null. */
  private Optional<JsonElement> find(String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? Optional.empty() : Optional.of(value);
  }

  /** Returns a whole number, or {@code otherwise} where absent. */
  public int integer(String name, int otherwise) {
    return find(name).map(value -> whole(name, value)).orElse(otherwise);
  }

  /** Returns a number, or {@code otherwise} where absent. */
  public double number(String name, double otherwise) {
    return find(name).map(value -> decimal(name, value).doubleValue()).orElse(otherwise);
  }

  /** Returns true or false, or {@code otherwise} where absent. */
  public boolean flag(String name, boolean otherwise) {
    return find(name)
        .map(
            value -> {
              if (!(value instanceof JsonPrimitive primitive) || !primitive.isBoolean()) {
                throw wrong(name, "true or false", value);
              }
              return primitive.getAsBoolean();
            })
        .orElse(otherwise);
  }

  /** Returns text, or {@code otherwise} where absent. */
  public String text(String name, String otherwise) {
    return find(name).map(value -> string(name, value)).orElse(otherwise);
  }

  /** Returns a constant by its name. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    String text = text(name, "");
    E[] choices = type.getEnumConstants();
    for (E choice : choices) {
      if (choice.name().equals(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        name + " must be one of " + Arrays.toString(choices) + ", was \"" + text + "\"");
  }

  /** Returns a list of strings, empty where absent. */
  public List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    find(name)
        .ifPresent(value -> array(name, value).forEach(item -> strings.add(string(name, item))));
    return strings;
  }

  /** Returns the edge of a square, written as one number or as two equal ones. */
  public int edge(String name, int otherwise) {
    return find(name)
        .map(
            value -> {
              if (!(value instanceof JsonArray both)) {
                return whole(name, value);
              }
              if (both.size() != 2 || whole(name, both.get(0)) != whole(name, both.get(1))) {
                throw wrong(name, "one number, or two equal ones", value);
              }
              return whole(name, both.get(0));
            })
        .orElse(otherwise);
  }

  /** Returns the values below a name. */
  public ConfigValues object(String name) {
    JsonElement value = json.get(name);
    if (!(value instanceof JsonObject object)) {
      throw wrong(name, "an object", value == null ? new JsonPrimitive("absent") : value);
    }
    return new ConfigValues(object);
  }

  /** Returns a list of objects, empty where absent. */
  public List<ConfigValues> objects(String name) {
    List<ConfigValues> objects = new ArrayList<>();
    find(name)
        .ifPresent(
            value ->
                array(name, value)
                    .forEach(
                        item -> {
                          if (!(item instanceof JsonObject object)) {
                            throw wrong(name, "a list of objects", value);
                          }
                          objects.add(new ConfigValues(object));
                        }));
    return objects;
  }

  /** Returns a list of numbers, empty where absent. */
  public List<Float> floats(String name) {
    List<Float> floats = new ArrayList<>();
    find(name)
        .ifPresent(
            value ->
                array(name, value).forEach(item -> floats.add(decimal(name, item).floatValue())));
    return floats;
  }

  /** Returns all names. */
  public Iterable<String> names() {
    return json.keySet();
  }

  /** Says whether there is a value. */
  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** Refuses names that are not known, with the one that was most likely meant. */
  public void refuseUnknown(List<String> known) {
    for (String name : json.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "\""
                + name
                + "\" is not a known key."
                + NearestName.of(name, known)
                    .map(near -> " Did you mean \"" + near + "\"?")
                    .orElse("")
                + " Known: "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  private static JsonArray array(String name, JsonElement value) {
    if (!(value instanceof JsonArray array)) {
      throw wrong(name, "a list", value);
    }
    return array;
  }

  private static String string(String name, JsonElement value) {
    if (!(value instanceof JsonPrimitive primitive) || !primitive.isString()) {
      throw wrong(name, "text", value);
    }
    return primitive.getAsString();
  }

  private static int whole(String name, JsonElement value) {
    try {
      return decimal(name, value).intValueExact();
    } catch (ArithmeticException e) {
      throw wrong(name, "a whole number", value);
    }
  }

  private static BigDecimal decimal(String name, JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        BigDecimal number = primitive.getAsBigDecimal();
        // Keeps 1e999999999 from being written out digit by digit.
        if (Math.abs(number.scale()) < 400) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw wrong(name, "a number", value);
      }
    }
    throw wrong(name, "a number", value);
  }

  private static IllegalArgumentException wrong(String name, String allowed, JsonElement value) {
    return new IllegalArgumentException(name + " must be " + allowed + ", was " + value);
  }
}
