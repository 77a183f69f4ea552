package dev.masquerade.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of the command line such as {@code rgb=photo.jpg}.
 *
 * @param name before the first {@code =}
 * @param value after it
 */
record NamedValue(String name, String value) {

  /**
   * Splits words.
   *
   * @param option they were given to, for messages
   * @param example of a word
   */
  static List<NamedValue> of(List<String> words, String option, String example) {
    List<NamedValue> values = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1 || equals == word.length() - 1) {
        throw new MistakeException(
            option
                + " "
                + word
                + ": write NAME=VALUE, for example "
                + option
                + " "
                + example
                + ".");
      }
      values.add(new NamedValue(word.substring(0, equals).strip(), word.substring(equals + 1)));
    }
    return values;
  }
}
