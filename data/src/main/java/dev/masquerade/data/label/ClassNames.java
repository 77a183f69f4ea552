package dev.masquerade.data.label;

import dev.masquerade.data.schema.DidYouMean;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Classes and their numbers: names in alphabetical order, or by value where all of them are whole
 * numbers, so that equal sets of labels are numbered alike whatever order they come in.
 */
public final class ClassNames {

  private final List<String> names;
  private final Map<String, Integer> numbers = new HashMap<>();

  private ClassNames(List<String> names) {
    this.names = List.copyOf(names);
    for (int i = 0; i < names.size(); i++) {
      numbers.put(names.get(i), i);
    }
  }

  /**
   * Numbers the classes that occur among labels.
   *
   * @throws IllegalArgumentException if there are fewer than two, between which nothing can be told
   */
  public static ClassNames of(Collection<String> labels) {
    List<String> distinct = labels.stream().distinct().toList();
    boolean whole = distinct.stream().allMatch(label -> label.matches("-?[0-9]{1,18}"));
    Comparator<String> order =
        whole
            ? Comparator.<String>comparingLong(Long::parseLong)
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    if (distinct.size() < 2) {
      throw new IllegalArgumentException(
          "classes can only be told apart where there are two; all samples are of " + distinct);
    }
    return new ClassNames(distinct.stream().sorted(order).toList());
  }

  /** Returns names by number. */
  public List<String> names() {
    return names;
  }

  /**
   * Returns the number of a class.
   *
   * @throws IllegalArgumentException if no label that was learnt from is of that name
   */
  public int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException(
          DidYouMean.unknown(name, "a class among the samples to learn from", names));
    }
    return number;
  }
}
