package dev.masquerade.train.evaluate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

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
      pair.add("metrics", MetricTable.json(result.metrics()));
      pairs.add(pair);
    }
    json.add("pairs", pairs);
    return GSON.toJson(json) + "\n";
  }

  /** Returns a table for people, one line per measure. */
  public String table() {
    MetricTable table = new MetricTable();
    for (PairResult result : results) {
      table.add(result.pair().input().value(), result.pair().target().value(), result.metrics());
    }
    return table.text();
  }
}
