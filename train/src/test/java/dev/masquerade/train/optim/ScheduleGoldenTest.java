package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.train.golden.TransferGoldens;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Schedules against the references': {@code mae/lr_schedule.json} and {@code
 * lightly/schedules.json}, which are computed in double arithmetic; 1e-14 is rounding.
 */
class ScheduleGoldenTest {

  private static final double TOLERANCE = 1e-14;
  private static final Pattern SCALE = Pattern.compile("lr_group_scale_([0-9.]+)\\^([0-9]+)");

  @Test
  void warmUpCosine_isMaes() throws IOException {
    List<Path> files = TransferGoldens.files("mae", "lr_schedule.*\\.json");
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      for (JsonElement element : array(file)) {
        JsonObject schedule = element.getAsJsonObject();
        WarmUpCosine rate =
            new WarmUpCosine(
                real(schedule, "lr"),
                real(schedule, "min_lr"),
                real(schedule, "warmup_epochs"),
                real(schedule, "epochs"),
                1);
        for (JsonElement point : schedule.getAsJsonArray("points")) {
          comparePoint(rate, point.getAsJsonObject());
        }
      }
    }
  }

  private static void comparePoint(WarmUpCosine rate, JsonObject point) {
    double value = rate.atPosition(real(point, "epoch"));
    assertThat(value).as("%s", point).isCloseTo(real(point, "lr"), within(TOLERANCE));
    for (String name : point.keySet()) {
      Matcher scale = SCALE.matcher(name);
      if (scale.matches()) {
        double factor =
            Math.pow(Double.parseDouble(scale.group(1)), Integer.parseInt(scale.group(2)));
        assertThat(value * factor).isCloseTo(real(point, name), within(TOLERANCE));
      }
    }
  }

  private static JsonArray array(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader).getAsJsonArray();
    }
  }

  @Test
  void ramps_areLightlys() {
    for (Path file : TransferGoldens.files("lightly", "schedules.*\\.json")) {
      JsonObject all = GoldenFiles.read(file);
      for (JsonElement element : all.getAsJsonArray("cosine_schedule")) {
        JsonObject call = element.getAsJsonObject();
        compare(call, cosine(call, 0));
      }
      for (JsonElement element : all.getAsJsonArray("cosine_warmup_schedule")) {
        JsonObject call = element.getAsJsonObject();
        long warmUp = whole(call, "warmup_steps", 0);
        double top =
            call.get("warmup_end").isJsonNull() ? real(call, "start") : real(call, "warmup_end");
        compare(
            call,
            new CosineAfterWarmUp(
                new LinearWarmUp(real(call, "warmup_start"), top, warmUp), cosine(call, warmUp)));
      }
      for (JsonElement element : all.getAsJsonArray("linear_warmup_schedule")) {
        JsonObject call = element.getAsJsonObject();
        compare(
            call,
            new LinearWarmUp(
                real(call, "start"), real(call, "end"), whole(call, "warmup_steps", 0)));
      }
    }
  }

  private static void compare(JsonObject call, Schedule schedule) {
    assertThat(schedule.at(whole(call, "step", 0)))
        .as("%s", call)
        .isCloseTo(real(call, "value"), within(TOLERANCE));
  }

  private static CosineRamp cosine(JsonObject call, long earlier) {
    return new CosineRamp(
        real(call, "start"),
        real(call, "end"),
        whole(call, "max_steps", 0) - earlier,
        whole(call, "period", 0));
  }

  @Test
  void whatTheReferenceRefuses_isRefused() {
    assertThatThrownBy(() -> CosineRamp.over(0.1, 1, 10).at(-1)).hasMessageContaining("was -1");
    assertThatThrownBy(() -> CosineRamp.over(0.1, 1, -10)).hasMessageContaining("-10");
    assertThatThrownBy(() -> new CosineRamp(0.1, 1, 10, -5)).hasMessageContaining("-5");
    assertThatThrownBy(() -> CosineAfterWarmUp.over(1, 0, 11, 10))
        .hasMessageContaining("a warm-up of 11 steps does not fit into 10");
    assertThatThrownBy(() -> new LinearWarmUp(0, 1, 3).at(-1)).hasMessageContaining("was -1");
  }

  private static double real(JsonObject json, String name) {
    return json.get(name).getAsDouble();
  }

  private static long whole(JsonObject json, String name, long absent) {
    JsonElement element = json.get(name);
    return element == null || element.isJsonNull() ? absent : element.getAsLong();
  }
}
