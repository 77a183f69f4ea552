package dev.masquerade.train.evaluate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import java.util.List;

/**
 * How well a checkpoint generates.
 *
 * @param run name of the run
 * @param step of the checkpoint
 * @param results task by task
 */
public record GenerationReport(String run, long step, List<GenerationResult> results) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  public GenerationReport {
    results = List.copyOf(results);
  }

  /** Returns {@code generation.json}. */
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("run", run);
    json.addProperty("step", step);
    JsonArray tasks = new JsonArray();
    for (GenerationResult result : results) {
      JsonObject task = new JsonObject();
      task.addProperty("input", result.task().input().value());
      JsonArray targets = new JsonArray();
      result.task().targets().stream().map(ModalityName::value).forEach(targets::add);
      task.add("targets", targets);
      task.addProperty("samples", result.samples());
      task.add("metrics", MetricTable.json(result.metrics()));
      tasks.add(task);
    }
    json.add("tasks", tasks);
    return GSON.toJson(json) + "\n";
  }

  /** Returns a table for people, one line per measure. */
  public String table() {
    MetricTable table = new MetricTable();
    for (GenerationResult result : results) {
      table.add(result.task().given(), result.task().measured().value(), result.metrics());
    }
    return table.text();
  }
}
