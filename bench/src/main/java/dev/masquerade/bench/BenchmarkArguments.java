package dev.masquerade.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark was asked for.
 *
 * @param wanted what to measure, in order
 * @param options settings by name
 */
record BenchmarkArguments(List<String> wanted, Map<String, String> options) {

  /**
   * Reads words and NAME=VALUE.
   *
   * @param otherwise what to measure where no word is given
   */
  static BenchmarkArguments of(String[] arguments, List<String> otherwise) {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> wanted = new ArrayList<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0) {
        wanted.add(argument);
      } else {
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
      }
    }
    return new BenchmarkArguments(wanted.isEmpty() ? otherwise : wanted, options);
  }
}
