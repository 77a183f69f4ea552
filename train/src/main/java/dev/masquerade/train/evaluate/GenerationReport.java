package dev.masquerade.train.evaluate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a checkpoint generates.
 *
 * @param run name of the run
 * @param step of the checkpoint
 * @param results task by task
 * @param unmeasured tasks that were asked for and of which nothing can be said
 */
public record GenerationReport(
    String run, long step, List<GenerationResult> results, List<UnmeasuredTask> unmeasured) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  public GenerationReport {
    results = List.copyOf(results);
    unmeasured = List.copyOf(unmeasured);
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
    JsonArray left = new JsonArray();
    for (UnmeasuredTask one : unmeasured) {
      JsonObject task = new JsonObject();
      task.addProperty("task", one.task().toString());
      task.addProperty("reason", one.reason());
      left.add(task);
    }
    json.add("unmeasured", left);
    return GSON.toJson(json) + "\n";
  }

  /**
   * Returns a table for people, one line per measure, and below it a line per reason for which
   * tasks are missing.
   */
  public String table() {
    MetricTable table = new MetricTable();
    for (GenerationResult result : results) {
      table.add(result.task().given(), result.task().measured().value(), result.metrics());
    }
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (UnmeasuredTask one : unmeasured) {
      byReason
          .computeIfAbsent(one.reason(), unused -> new ArrayList<>())
          .add(one.task().toString());
    }
    StringBuilder missing = new StringBuilder();
    byReason.forEach(
        (reason, tasks) ->
            missing
                .append("not measured: ")
                .append(String.join(", ", tasks))
                .append(": ")
                .append(reason)
                .append('\n'));
    return table.text() + missing;
  }
}
