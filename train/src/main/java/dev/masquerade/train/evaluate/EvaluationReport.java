package dev.masquerade.train.evaluate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a checkpoint can do.
 *
 * @param run name of the run
 * @param step of the checkpoint
 * @param results task by task, grouped by target
 */
public record EvaluationReport(String run, long step, List<PairResult> results) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  public EvaluationReport {
    results = List.copyOf(results);
  }

  /** Returns {@code evaluation.json}. */
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("run", run);
    json.addProperty("step", step);
    JsonArray pairs = new JsonArray();
    for (PairResult result : results) {
      JsonObject pair = new JsonObject();
      pair.addProperty("input", result.pair().input().value());
      pair.addProperty("target", result.pair().target().value());
      pair.addProperty("samples", result.samples());
      JsonArray metrics = new JsonArray();
      for (MetricComparison metric : result.metrics()) {
        JsonObject one = new JsonObject();
        one.addProperty("name", metric.name());
        one.addProperty("unit", metric.unit());
        one.addProperty("higher_is_better", metric.higherIsBetter());
        add(one, "model", metric.model());
        add(one, "prior", metric.prior());
        metric.bound().ifPresent(bound -> add(one, "tokenizer_bound", bound));
        add(one, "improvement", metric.improvement());
        metrics.add(one);
      }
      pair.add("metrics", metrics);
      pairs.add(pair);
    }
    json.add("pairs", pairs);
    return GSON.toJson(json) + "\n";
  }

  /** JSON has no numbers that are not finite; they become strings, as in metric lines. */
  private static void add(JsonObject to, String name, double value) {
    if (Double.isFinite(value)) {
      to.addProperty(name, value);
    } else {
      to.addProperty(name, Double.toString(value));
    }
  }

  /** Returns a table for people, one line per measure. */
  public String table() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {"input", "target", "measure", "model", "no input", "tokenizer", "better by"});
    for (PairResult result : results) {
      for (MetricComparison metric : result.metrics()) {
        boolean first = metric == result.main();
        rows.add(
            new String[] {
              first ? result.pair().input().value() : "",
              first ? result.pair().target().value() : "",
              metric.name()
                  + (metric.unit().isEmpty() ? "" : " (" + metric.unit() + ")")
                  + (metric.higherIsBetter() ? " ↑" : " ↓"),
              number(metric.model()),
              number(metric.prior()),
              metric.bound().isPresent() ? number(metric.bound().getAsDouble()) : "",
              String.format(Locale.ROOT, "%+.0f %%", 100 * metric.improvement())
            });
      }
    }
    return aligned(rows);
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
  }

  private static String aligned(List<String[]> rows) {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        boolean text = i < 3;
        String cell = String.format(Locale.ROOT, "%" + (text ? "-" : "") + widths[i] + "s", row[i]);
        line.append(i == 0 ? "" : "  ").append(cell);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }
}
