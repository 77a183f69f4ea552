package dev.masquerade.model.weights.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the single values of a tree that are worth showing. A file can hold something long at
 * many places and once on disk, so what is collected is bounded in number and length.
 */
final class Remarks {

  private static final int MOST = 1000;
  private static final int LONGEST = 4096;
  private static final int LONGEST_NAME = 512;
  private static final int MOST_ITEMS = 16;

  private final Map<String, String> found = new LinkedHashMap<>();
  private final List<String> path = new ArrayList<>();

  Map<String, String> of(PickledValue value) {
    collect(value);
    return found;
  }

  private void collect(PickledValue value) {
    if (value instanceof PickledValue.Entries entries) {
      for (Map.Entry<String, PickledValue> entry : entries.values().entrySet()) {
        path.add(entry.getKey());
        collect(entry.getValue());
        path.remove(path.size() - 1);
      }
    } else if (found.size() < MOST && isShort(value) && isNamed()) {
      found.put(String.join(".", path), value.json().toString());
    }
  }

  private boolean isNamed() {
    return !path.isEmpty() && path.stream().mapToInt(String::length).sum() <= LONGEST_NAME;
  }

  /** Says whether a value is single and short, or a short list of such. */
  private static boolean isShort(PickledValue value) {
    if (value instanceof PickledValue.Items items) {
      return items.values().size() <= MOST_ITEMS
          && items.values().stream()
              .allMatch(item -> item instanceof PickledValue.Scalar && isShort(item));
    }
    return value instanceof PickledValue.Scalar scalar
        && !(scalar.value() instanceof String text && text.length() > LONGEST);
  }
}
