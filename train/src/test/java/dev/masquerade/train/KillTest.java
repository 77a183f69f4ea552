package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes. */
class KillTest {

  private static final int STEPS = 120;
  private static final int KILLS = 4;

  @TempDir Path directory;

  @Test
  void runKilledSeveralTimes_equalsOneThatWasNot_bitForBit() throws Exception {
    Path run = TinyRun.write(directory.resolve("data"));
    Path whole = directory.resolve("whole");
    Path wholeTrace = directory.resolve("whole.txt");
    assertThat(start(run, whole, wholeTrace, false).waitFor()).isZero();

    Path broken = directory.resolve("broken");
    Path brokenTrace = directory.resolve("broken.txt");
    // Where the kills fall depends on timing all the same; the seed only spreads them.
    Random random = new Random(5);
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(run, broken, brokenTrace, kill > 0);
      awaitSteps(process, brokenTrace, lines(brokenTrace) + 5 + random.nextInt(20));
      Thread.sleep(random.nextInt(30));
      process.destroyForcibly();
      killed += process.waitFor() == 0 ? 0 : 1;
      if (!Files.exists(broken.resolve("run.textproto"))) {
        throw new IllegalStateException("the first process was killed before it began");
      }
    }
    assertThat(start(run, broken, brokenTrace, true).waitFor()).isZero();

    assertThat(killed).as("processes that died before they were done").isGreaterThan(1);
    Map<String, String> expected = steps(wholeTrace);
    assertThat(expected).hasSize(STEPS);
    assertThat(lines(brokenTrace)).as("some steps were taken twice").isGreaterThan(STEPS);
    assertThat(steps(brokenTrace)).isEqualTo(expected);
    assertThat(metrics(broken)).isEqualTo(metrics(whole));
    for (String file : List.of("model.safetensors", "optimizer.safetensors", "config.json")) {
      String last = "checkpoints/step-000120/" + file;
      assertThat(broken.resolve(last)).hasSameBinaryContentAs(whole.resolve(last));
    }
  }

  private static Process start(Path run, Path output, Path trace, boolean resume)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"));
    command.add(ChildRun.class.getName());
    command.addAll(List.of(run.toString(), output.toString(), trace.toString()));
    command.add(Boolean.toString(resume));
    command.add("train.steps=" + STEPS);
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void awaitSteps(Process process, Path trace, long lines) throws Exception {
    while (lines(trace) < lines && process.isAlive()) {
      process.waitFor(2, TimeUnit.MILLISECONDS);
    }
  }

  private static long lines(Path trace) throws IOException {
    return Files.exists(trace) ? Files.readAllLines(trace).size() : 0;
  }

  /** Returns what each step did; a step that was taken twice must have done the same. */
  private static Map<String, String> steps(Path trace) throws IOException {
    Map<String, String> steps = new LinkedHashMap<>();
    for (String line : Files.readAllLines(trace)) {
      String[] halves = line.split(" ", 2);
      String earlier = steps.putIfAbsent(halves[0], halves[1]);
      if (earlier != null) {
        assertThat(halves[1]).as("step %s, taken again", halves[0]).isEqualTo(earlier);
      }
    }
    return steps;
  }

  /** Returns the lines that a run decides, without their times. */
  private static List<JsonObject> metrics(Path output) throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      json.remove("unix_time_ms");
      if (!json.get("kind").getAsString().equals("run")) {
        lines.add(json);
      }
    }
    return lines;
  }
}
