package dev.masquerade.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes of each tensor of a model that starts from weights, told group by group. */
final class StartReport {

  /** Where the values of a tensor come from. */
  enum Fate {
    /** The weights have them. */
    KEPT,
    /** The weights have them for a grid of another size. */
    INTERPOLATED,
    /** The weights have the first rows; the others start as new ones. */
    GROWN,
    /** The weights have more rows than the model. */
    CUT,
    /** The weights do not have them, or in another shape. */
    NEW,
    /** They follow from the model's dimensions. */
    COMPUTED
  }

  private static final Pattern GROUP =
      Pattern.compile(
          "((?:encoder|decoder)_embeddings\\..+?)"
              + "\\.(?:mod_emb|pos_emb|token_emb|to_logits|proj|emb_proj)(?:\\..*)?");

  private final Map<String, Map<Fate, List<String>>> groups = new LinkedHashMap<>();

  void add(String name, Fate fate) {
    groups
        .computeIfAbsent(group(name), key -> new EnumMap<>(Fate.class))
        .computeIfAbsent(fate, key -> new ArrayList<>())
        .add(name);
  }

  private static String group(String name) {
    Matcher embedding = GROUP.matcher(name);
    if (embedding.matches()) {
      return embedding.group(1);
    }
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Returns the names of the tensors with a fate. */
  List<String> names(Fate fate) {
    List<String> names = new ArrayList<>();
    groups.values().forEach(fates -> names.addAll(fates.getOrDefault(fate, List.of())));
    return names;
  }

  /** Returns the number of tensors with a fate. */
  int count(Fate fate) {
    return names(fate).size();
  }

  /** Returns a line per group, such as {@code encoder kept=84}. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    groups.forEach(
        (group, fates) -> {
          StringBuilder line = new StringBuilder(group);
          fates.forEach(
              (fate, names) ->
                  line.append(' ')
                      .append(fate.name().toLowerCase(Locale.ROOT))
                      .append('=')
                      .append(names.size()));
          lines.add(line.toString());
        });
    return lines;
  }
}
