package dev.masquerade.data.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong in one or several files, so that it can be said at once. */
public final class Problems {

  /** A problem with the place that decides its order; lines count from 1, 0 stands for no line. */
  private record Problem(int file, int line, String text) {}

  private final Map<String, Integer> files = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * Adds a problem.
   *
   * @param file as the user named it
   * @param line counted from 1; 0 where no line is to blame
   * @param text what is said, its place included
   */
  void add(String file, int line, String text) {
    int order = files.computeIfAbsent(file, unused -> files.size());
    problems.add(new Problem(order, line, text));
  }

  /** Adds a problem that concerns a whole file, for example that it does not exist. */
  public void add(String file, String message) {
    add(file, 0, file + ": " + message);
  }

  /** Adds all problems of another collection. */
  public void addAll(Problems others) {
    List<String> names = List.copyOf(others.files.keySet());
    for (Problem problem : others.problems) {
      add(names.get(problem.file()), problem.line(), problem.text());
    }
  }

  /** Says whether nothing is wrong so far. */
  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /** Returns the problems, sorted by file in the order of first complaint, then by line. */
  public List<String> lines() {
    return problems.stream()
        .sorted(
            Comparator.comparingInt(Problem::file)
                .thenComparingInt(p -> p.line() == 0 ? Integer.MAX_VALUE : p.line()))
        .map(Problem::text)
        .distinct()
        .toList();
  }

  /**
   * Ends a check.
   *
   * @throws ConfigurationException with all problems, if there are any
   */
  public void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(lines());
    }
  }
}
