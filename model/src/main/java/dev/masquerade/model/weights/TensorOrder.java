package dev.masquerade.model.weights;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Pattern;

/** Orders tensors by name, with the numbers of blocks as numbers: {@code encoder.2} before 10. */
final class TensorOrder {

  /** Parts end at dots, and before the number in {@code encoder_layer_10}. */
  private static final Pattern PARTS = Pattern.compile("\\.|(?<=[a-z]_)(?=[0-9])");

  static final Comparator<TensorEntry> BY_NAME =
      (one, other) -> compare(PARTS.split(one.name(), -1), PARTS.split(other.name(), -1));

  private TensorOrder() {}

  private static int compare(String[] one, String[] other) {
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      boolean numbers = one[i].matches("[0-9]+") && other[i].matches("[0-9]+");
      int order =
          numbers
              ? new BigInteger(one[i]).compareTo(new BigInteger(other[i]))
              : one[i].compareTo(other[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.length, other.length);
  }
}
