package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Values as Python prints them ({@code True}, {@code None}, {@code 4.0}, {@code ['rgb@224',
 * 'caption']}), which is how the released safetensors keep a config in their metadata. YAML's plain
 * forms ({@code true}, {@code null}, {@code [a, b]}) are read as well. Whatever is no such value is
 * a string.
 */
final class PythonLiteral {

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]{1,18}\\.?[0-9]{0,18}|\\.[0-9]{1,18})([eE][-+]?[0-9]{1,3})?");

  private PythonLiteral() {}

  /** Reads a value. */
  static JsonElement parse(String text) {
    String trimmed = text.strip();
    boolean list =
        trimmed.length() >= 2
            && (trimmed.startsWith("[") && trimmed.endsWith("]")
                || trimmed.startsWith("(") && trimmed.endsWith(")"));
    return list ? list(trimmed.substring(1, trimmed.length() - 1)) : scalar(trimmed);
  }

  /** Writes a value as Python prints it. */
  static String print(JsonElement value) {
    if (value.isJsonNull()) {
      return "None";
    }
    if (value.isJsonArray()) {
      StringBuilder text = new StringBuilder("[");
      for (JsonElement item : value.getAsJsonArray()) {
        text.append(text.length() > 1 ? ", " : "");
        boolean string = item.isJsonPrimitive() && item.getAsJsonPrimitive().isString();
        text.append(string ? "'" + item.getAsString() + "'" : print(item));
      }
      return text.append(']').toString();
    }
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()) {
      return value.getAsBoolean() ? "True" : "False";
    }
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private static JsonArray list(String items) {
    JsonArray list = new JsonArray();
    StringBuilder item = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < items.length(); i++) {
      char c = items.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == ',') {
        list.add(scalar(item.toString().strip()));
        item.setLength(0);
        continue;
      }
      item.append(c);
    }
    if (!item.toString().isBlank()) {
      list.add(scalar(item.toString().strip()));
    }
    return list;
  }

  private static JsonElement scalar(String text) {
    switch (text) {
      case "None", "null", "~", "" -> {
        return JsonNull.INSTANCE;
      }
      case "True", "true" -> {
        return new JsonPrimitive(true);
      }
      case "False", "false" -> {
        return new JsonPrimitive(false);
      }
      default -> {}
    }
    char first = text.charAt(0);
    if (text.length() >= 2
        && (first == '\'' || first == '"')
        && text.charAt(text.length() - 1) == first) {
      return new JsonPrimitive(text.substring(1, text.length() - 1));
    }
    return NUMBER.matcher(text).matches()
        ? new JsonPrimitive(new BigDecimal(text))
        : new JsonPrimitive(text);
  }
}
