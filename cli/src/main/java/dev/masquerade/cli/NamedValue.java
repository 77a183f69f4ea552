package dev.masquerade.cli;

import dev.masquerade.train.generate.GenerationRefusedException;
import dev.masquerade.train.generate.HiddenPlaces;
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
   * Reads the value as places that are hidden or filled in.
   *
   * @param option it was given to, for messages
   * @param shown whether a share is of what is shown, not of what is hidden
   */
  HiddenPlaces places(String option, boolean shown) {
    try {
      return HiddenPlaces.of(value, shown);
    } catch (GenerationRefusedException e) {
      throw new MistakeException(option + " " + name + "=" + value + ": " + e.getMessage() + ".");
    }
  }

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
      if (equals > 0 && equals == word.length() - 1) {
        throw new MistakeException(
            option
                + " "
                + word
                + ": nothing stands behind the \"=\". Give a value, for example "
                + option
                + " "
                + example
                + ".");
      }
      if (equals < 1) {
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
