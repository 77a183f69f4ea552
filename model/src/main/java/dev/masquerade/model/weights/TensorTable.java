package dev.masquerade.model.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors as text, part by part: name, shape, number of values, a remark. Blocks of a stack that
 * look alike are shown once. In short, blocks and parts of several tensors are a line each.
 */
final class TensorTable {

  /** One line. The counted values are what subtotals add up. */
  record Row(String name, List<Long> shape, long values, long counted, String remark) {}

  private static final Pattern BLOCK =
      Pattern.compile(
          "((?:.*\\.)?(?:(?:encoder|decoder|(?:decoder_)?blocks)\\.|encoder_layer_))([0-9]+)(\\..+)");
  private static final Pattern MODALITY =
      Pattern.compile(
          "((?:encoder|decoder)_embeddings\\.[^.]+(?:\\.[^.]+)*?)\\.(mod_emb|pos_emb|"
              + "token_emb\\.weight|to_logits\\.weight|proj\\.weight|emb_proj\\..+)");

  private final Map<String, List<Row>> parts = new LinkedHashMap<>();

  void add(Row row) {
    parts.computeIfAbsent(partOf(row.name()), unused -> new ArrayList<>()).add(row);
  }

  private static String partOf(String name) {
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      return block.group(1) + block.group(2);
    }
    Matcher modality = MODALITY.matcher(name);
    if (modality.matches()) {
      return modality.group(1);
    }
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  String text() {
    return text(true);
  }

  /** Returns a line for each part, without its tensors unless there is but one. */
  String brief() {
    return text(false);
  }

  private String text(boolean everything) {
    StringBuilder text = new StringBuilder();
    int width =
        parts.values().stream()
            .flatMap(List::stream)
            .mapToInt(row -> row.name().length())
            .max()
            .orElse(0);
    String format = "  %-" + Math.max(width + 4, 24) + "s %-18s %,15d%s%n";
    List<Map.Entry<String, List<Row>>> entries = List.copyOf(parts.entrySet());
    int at = 0;
    while (at < entries.size()) {
      int alike = alike(entries, at);
      List<Row> rows = entries.get(at).getValue();
      long counted = rows.stream().mapToLong(Row::counted).sum();
      String name = entries.get(at).getKey();
      text.append(name);
      if (alike > 1) {
        text.append(" to ").append(entries.get(at + alike - 1).getKey());
        text.append(String.format(Locale.ROOT, ": %d x %,d = ", alike, counted));
      } else {
        text.append(": ");
      }
      text.append(String.format(Locale.ROOT, "%,d", alike * counted));
      if (!everything) {
        text.append(
            rows.size() == 1
                ? "  " + rows.get(0).shape()
                : String.format(Locale.ROOT, " in %,d tensors", alike * (long) rows.size()));
      }
      text.append(System.lineSeparator());
      for (Row row : everything ? rows : List.<Row>of()) {
        text.append(
            String.format(
                Locale.ROOT,
                format,
                row.name(),
                row.shape(),
                row.values(),
                row.remark().isEmpty() ? "" : "  " + row.remark()));
      }
      at += alike;
    }
    return text.toString();
  }

  /** Returns how many blocks from {@code first} on have the same tensors. */
  private static int alike(List<Map.Entry<String, List<Row>>> entries, int first) {
    if (!isBlock(entries.get(first))) {
      return 1;
    }
    List<Row> model = inside(entries.get(first).getValue());
    int count = 1;
    while (first + count < entries.size()
        && isBlock(entries.get(first + count))
        && inside(entries.get(first + count).getValue()).equals(model)) {
      count++;
    }
    return count;
  }

  private static boolean isBlock(Map.Entry<String, List<Row>> part) {
    return BLOCK.matcher(part.getValue().get(0).name()).matches();
  }

  private static List<Row> inside(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                new Row(
                    BLOCK.matcher(row.name()).replaceFirst("$1*$3"),
                    row.shape(),
                    row.values(),
                    row.counted(),
                    row.remark()))
        .toList();
  }
}
