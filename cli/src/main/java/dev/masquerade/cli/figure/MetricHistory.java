package dev.masquerade.cli.figure;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The numbers of a run over its steps, as {@code metrics.jsonl} holds them.
 *
 * <p>Lines that cannot be read are passed over: a run that was killed leaves a torn last line, and
 * figures shall be drawn all the same.
 */
public final class MetricHistory {

  private static final Set<String> NOT_VALUES = Set.of("step", "kind", "unix_time_ms");

  private final Map<String, Map<String, List<Point>>> series = new LinkedHashMap<>();

  private MetricHistory() {}

  /**
   * One value.
   *
   * @param step optimiser steps finished
   * @param value finite
   */
  public record Point(long step, double value) {}

  /** Reads the metrics of a run. */
  public static MetricHistory read(Path file) throws IOException {
    MetricHistory history = new MetricHistory();
    for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
      history.add(line);
    }
    return history;
  }

  /**
   * Returns the values of one name.
   *
   * @param kind for example {@code train} or {@code validation}
   * @param name for example {@code loss/rgb}
   * @return in the order of the file; empty where there are none
   */
  public List<Point> series(String kind, String name) {
    return Collections.unmodifiableList(
        series.getOrDefault(kind, Map.of()).getOrDefault(name, List.of()));
  }

  /** Returns the names that have values of some kind, in the order of their first appearance. */
  public List<String> names() {
    return series.values().stream().flatMap(names -> names.keySet().stream()).distinct().toList();
  }

  private void add(String line) {
    try {
      if (JsonParser.parseString(line) instanceof JsonObject object
          && object.get("step") != null
          && object.get("kind") != null) {
        add(object, object.get("step").getAsLong(), object.get("kind").getAsString());
      }
    } catch (JsonParseException | NumberFormatException | IllegalStateException e) {
      // A torn line; what stands in others is still true.
      return;
    }
  }

  private void add(JsonObject object, long step, String kind) {
    Map<String, List<Point>> names = series.computeIfAbsent(kind, k -> new LinkedHashMap<>());
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      // What is not finite is written as a string.
      if (!NOT_VALUES.contains(entry.getKey())
          && entry.getValue() instanceof JsonPrimitive value
          && value.isNumber()) {
        names
            .computeIfAbsent(entry.getKey(), k -> new ArrayList<>())
            .add(new Point(step, value.getAsDouble()));
      }
    }
  }
}
