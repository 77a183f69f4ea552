package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Replays of runs that golden files may have and those at hand have not. */
class RunReplayTest {

  @TempDir Path directory;

  private Path file;
  private String pixels;
  private String some;
  private String other;
  private String caption;

  @BeforeEach
  void names() throws IOException {
    file = directory.resolve("any name.json");
    try (GoldenGeneration base = base()) {
      pixels = name(base, "pixels", 0);
      some = name(base, "tokens", 0);
      other = name(base, "tokens", 1);
      caption = name(base, "sequence", 0);
    }
  }

  private static GoldenGeneration base() throws IOException {
    return new GoldenGeneration(GoldenGeneration.files().get(0));
  }

  private static String name(GoldenGeneration base, String kind, int number) {
    JsonObject described = base.json.getAsJsonObject("model").getAsJsonObject("modalities");
    return described.keySet().stream()
        .filter(name -> described.getAsJsonObject(name).get("kind").getAsString().equals(kind))
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Describes a target of a chain.
   *
   * @param scale one number, or a list
   */
  private record Target(
      String name,
      String scheme,
      int tokens,
      int steps,
      String schedule,
      double temp,
      String scale) {}

  private static JsonObject chain(JsonArray conditions, String cooling, Target... targets) {
    JsonObject chain = new JsonObject();
    chain.add("cond_domains", conditions);
    for (Target target : targets) {
      list(chain, "target_domains").add(target.name());
      list(chain, "autoregression_schemes").add(target.scheme());
      list(chain, "tokens_per_target").add(target.tokens());
      list(chain, "decoding_steps").add(target.steps());
      list(chain, "token_decoding_schedules").add(target.schedule());
      list(chain, "temps").add(target.temp());
      list(chain, "temp_schedules").add(cooling);
      list(chain, "cfg_scales").add(JsonParser.parseString(target.scale()));
    }
    chain.addProperty("cfg_grow_conditioning", false);
    return chain;
  }

  private static JsonArray list(JsonObject chain, String key) {
    if (!chain.has(key)) {
      chain.add(key, new JsonArray());
    }
    return chain.getAsJsonArray(key);
  }

  private static JsonArray conditions(String... names) {
    JsonArray array = new JsonArray();
    for (String name : names) {
      array.add(name);
    }
    return array;
  }

  private void replay(JsonObject chain, int registers, int hidden) throws IOException {
    try (GoldenGeneration base = base()) {
      new RunRecorder(base, file, registers).record("run", chain, hidden);
    }
    RunReplay.replay(file, "run", remark -> assertThat(remark).isEmpty());
  }

  @Test
  void maskGitBeforeRoar_isReplayedWhole() throws IOException {
    replay(
        chain(
            conditions(pixels),
            "constant",
            new Target(some, "maskgit", 16, 1, "linear", 1, "1.0"),
            new Target(other, "roar", 16, 4, "linear", 1, "2.0")),
        0,
        0);
  }

  @Test
  void roarBeforeMaskGit_isReplayedWhole() throws IOException {
    replay(
        chain(
            conditions(pixels),
            "linear",
            new Target(some, "roar", 16, 4, "linear", 1, "1.0"),
            new Target(other, "maskgit", 16, 3, "cosine", 1, "1.0")),
        0,
        0);
  }

  @Test
  void maskGitThatSettlesOtherPlaces_isNoticedAfterRoar() throws IOException {
    JsonObject chain =
        chain(
            conditions(pixels),
            "constant",
            new Target(some, "roar", 16, 2, "linear", 1, "1.0"),
            new Target(other, "maskgit", 10, 1, "linear", 1, "1.0"));
    try (GoldenGeneration base = base()) {
      RunRecorder recorder = new RunRecorder(base, file, 0);
      recorder.mistakePlaces();
      recorder.record("run", chain, 0);
    }
    assertThatThrownBy(() -> RunReplay.replay(file, "run", remark -> {}))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("settled in step 2");
  }

  @Test
  void stepsWithoutTokens_arePassedOver() throws IOException {
    Target first = new Target(some, "maskgit", 16, 17, "cosine", 1, "1.0");
    assertThat(TokenSchedule.COSINE.rounded(17, 16)).endsWith(0, 3);
    replay(
        chain(
            conditions(pixels),
            "linear",
            first,
            new Target(other, "roar", 16, 16, "cosine", 1, "1.0")),
        0,
        0);
  }

  @Test
  void roundingGivenBack_comparesWhatComesBefore() {
    assertThat(TokenSchedule.COSINE.rounded(15, 10)).contains(-1);
    assertThatThrownBy(
            () ->
                replay(
                    chain(
                        conditions(pixels),
                        "constant",
                        new Target(some, "maskgit", 10, 15, "cosine", 1, "1.0"),
                        new Target(other, "roar", 16, 2, "linear", 1, "1.0")),
                    0,
                    0))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("takes back");
  }

  @Test
  void severalScales_weighOneConditionEach() throws IOException {
    replay(
        chain(
            conditions(caption, pixels),
            "constant",
            new Target(some, "maskgit", 16, 2, "linear", 1, "[2.0, -0.5]")),
        0,
        0);
  }

  @Test
  void registersAndHiddenPatches_areFoundInTheFile() throws IOException {
    JsonObject chain =
        chain(
            conditions(pixels, other),
            "constant",
            new Target(some, "roar", 16, 2, "linear", 1, "1.0"));
    replay(chain, 3, 5);
    try (GoldenGeneration golden = new GoldenGeneration(file)) {
      assertThat(golden.config.registerTokens()).isEqualTo(3);
      Canvas canvas = new GoldenRun(golden, "run").canvases().get(0);
      GridPart grid = canvas.grid(golden.spec(other).name());
      assertThat(grid.isKnown(4)).isFalse();
      assertThat(grid.isKnown(5)).isTrue();
    }
  }

  @Test
  void textDrawnAtATemperature_isReported() {
    assertThatThrownBy(
            () ->
                replay(
                    chain(
                        conditions(pixels),
                        "constant",
                        new Target(some, "roar", 16, 2, "linear", 1, "1.0"),
                        new Target(caption, "autoregressive", 8, 1, "linear", 1, "1.0")),
                    0,
                    0))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("temperature of " + caption);
  }
}
