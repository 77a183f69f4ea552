package dev.masquerade.model.lora;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of tensors around an adapter: where a model has {@code X.weight} and {@code X.bias}, one
 * with an adapter there has {@code X.linear.weight}, {@code X.linear.bias}, {@code
 * X.lora_down.weight} and {@code X.lora_up.weight}.
 */
public final class AdapterNames {

  private static final Pattern MAP =
      Pattern.compile(
          "(?:encoder|decoder)\\.[0-9]+\\.(attn|self_attn|cross_attn|mlp)"
              + "\\.(qkv|q|kv|proj|fc1|fc2|fc3)\\.(?:weight|bias)");

  private static final String LINEAR = ".linear.";

  private AdapterNames() {}

  /** Says whether a tensor is of a linear map that has an adapter. */
  public static boolean isAdapted(String name, AdaptedParts parts) {
    Matcher map = MAP.matcher(name);
    return map.matches() && parts.adapts(map.group(1));
  }

  /**
   * Returns how many maps a tensor holds: 3 for queries, keys and values, 2 for keys and values.
   */
  public static int packedMaps(String name) {
    Matcher map = MAP.matcher(name);
    if (!map.matches()) {
      return 1;
    }
    return switch (map.group(2)) {
      case "qkv" -> 3;
      case "kv" -> 2;
      default -> 1;
    };
  }

  /** Returns the name that a map's own weight or bias has beside an adapter. */
  public static String beside(String name) {
    int dot = name.lastIndexOf('.');
    return name.substring(0, dot) + LINEAR + name.substring(dot + 1);
  }

  /**
   * Returns the name that a map's own weight or bias has without an adapter: the inverse of {@link
   * #beside}, and every other name itself.
   */
  public static String without(String name) {
    int at = name.lastIndexOf(LINEAR);
    return at < 0 || name.indexOf('.', at + LINEAR.length()) >= 0
        ? name
        : name.substring(0, at) + "." + name.substring(at + LINEAR.length());
  }

  /** Returns the adapter's first matrix, by the name of the map's weight without an adapter. */
  public static String down(String weight) {
    return map(weight) + ".lora_down.weight";
  }

  /** Returns the adapter's second matrix, by the name of the map's weight without an adapter. */
  public static String up(String weight) {
    return map(weight) + ".lora_up.weight";
  }

  /** Says whether a tensor is one of the two matrices of an adapter. */
  public static boolean isAdapter(String name) {
    return name.endsWith(".lora_up.weight") || name.endsWith(".lora_down.weight");
  }

  private static String map(String weight) {
    return weight.substring(0, weight.lastIndexOf('.'));
  }
}
