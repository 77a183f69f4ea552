package dev.masquerade.train.evaluate;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures of tasks as people and programs read them. */
final class MetricTable {

  private static final int TEXTS = 3;

  private final List<String[]> rows = new ArrayList<>();

  MetricTable() {
    rows.add(
        new String[] {"input", "target", "measure", "model", "no input", "tokenizer", "better by"});
  }

  /** Adds a task, a line per measure. */
  void add(String input, String target, List<MetricComparison> metrics) {
    for (int i = 0; i < metrics.size(); i++) {
      MetricComparison metric = metrics.get(i);
      rows.add(
          new String[] {
            i == 0 ? input : "",
            i == 0 ? target : "",
            metric.name()
                + (metric.unit().isEmpty() ? "" : " (" + metric.unit() + ")")
                + (metric.higherIsBetter() ? " ↑" : " ↓"),
            number(metric.model()),
            number(metric.prior()),
            metric.bound().isPresent() ? number(metric.bound().getAsDouble()) : "",
            metric.prior() == 0
                ? ""
                : String.format(Locale.ROOT, "%+.0f %%", 100 * metric.improvement())
          });
    }
  }

  /** Returns the table, its columns aligned. */
  String text() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String side = i < TEXTS ? "-" : "";
        line.append(i == 0 ? "" : "  ")
            .append(String.format(Locale.ROOT, "%" + side + widths[i] + "s", row[i]));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  /** Returns measures as a JSON list. */
  static JsonArray json(List<MetricComparison> metrics) {
    JsonArray list = new JsonArray();
    for (MetricComparison metric : metrics) {
      JsonObject one = new JsonObject();
      one.addProperty("name", metric.name());
      one.addProperty("unit", metric.unit());
      one.addProperty("higher_is_better", metric.higherIsBetter());
      add(one, "model", metric.model());
      add(one, "prior", metric.prior());
      metric.bound().ifPresent(bound -> add(one, "tokenizer_bound", bound));
      add(one, "improvement", metric.improvement());
      list.add(one);
    }
    return list;
  }

  /** JSON has no numbers that are not finite; they become strings, as in metric lines. */
  private static void add(JsonObject to, String name, double value) {
    if (Double.isFinite(value)) {
      to.addProperty(name, value);
    } else {
      to.addProperty(name, Double.toString(value));
    }
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
  }
}
