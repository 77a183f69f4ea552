package dev.masquerade.model.weights.released;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of names in two schemes, readable in both directions.
 *
 * @param rules tried in order; the first that fits decides
 */
public record NameMap(List<Rule> rules) {

  /**
   * Two names for one thing. One that ends in a dot stands for all names that begin so; a star
   * stands for the number of a block.
   *
   * @param theirs in the scheme of the file
   * @param ours in the scheme of MAE
   */
  public record Rule(String theirs, String ours) {
    public Rule {
      if (theirs.endsWith(".") != ours.endsWith(".")
          || theirs.contains("*") != ours.contains("*")) {
        throw new IllegalArgumentException(theirs + " and " + ours + " are not alike");
      }
    }
  }

  /** Copies the rules. */
  public NameMap {
    rules = List.copyOf(rules);
  }

  /**
   * Makes a table of lines such as {@code "conv_proj. = patch_embed.proj."}; a name alone stands
   * for itself.
   */
  public static NameMap of(String... lines) {
    return new NameMap(
        Arrays.stream(lines)
            .map(line -> line.split(" = ", 2))
            .map(names -> new Rule(names[0], names[names.length - 1]))
            .toList());
  }

  /** Returns the map with other rules behind its own. */
  public NameMap and(NameMap other) {
    List<Rule> all = new ArrayList<>(rules);
    all.addAll(other.rules);
    return new NameMap(all);
  }

  /** Returns the map with a prefix in front of all names of the file. */
  public NameMap under(String prefix) {
    return new NameMap(
        rules.stream().map(rule -> new Rule(prefix + rule.theirs(), rule.ours())).toList());
  }

  /** Returns our name for one of the file's, or empty where the table has none. */
  public Optional<String> ours(String theirs) {
    return rules.stream()
        .flatMap(rule -> translate(theirs, rule.theirs(), rule.ours()).stream())
        .findFirst();
  }

  /** Returns the file's name for one of ours, or empty where the table has none. */
  public Optional<String> theirs(String ours) {
    return rules.stream()
        .flatMap(rule -> translate(ours, rule.ours(), rule.theirs()).stream())
        .findFirst();
  }

  private static Optional<String> translate(String name, String from, String to) {
    String start = from.substring(0, from.contains("*") ? from.indexOf('*') : from.length());
    if (!name.startsWith(start)) {
      return Optional.empty();
    }
    String pattern = Pattern.quote(from).replace("*", "\\E([0-9]{1,6})\\Q");
    Matcher matcher =
        Pattern.compile(from.endsWith(".") ? pattern + "(.+)" : pattern).matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String made = from.contains("*") ? to.replace("*", matcher.group(1)) : to;
    return Optional.of(from.endsWith(".") ? made + matcher.group(matcher.groupCount()) : made);
  }
}
