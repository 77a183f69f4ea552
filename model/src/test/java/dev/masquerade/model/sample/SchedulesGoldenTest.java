package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Token counts, temperatures and expanded chains are those of the reference. */
class SchedulesGoldenTest {

  private static final double TOLERANCE = 5e-5;

  @Test
  void tokenCounts_areThoseOfTheReferenceBeforeCleanUp() {
    int compared = 0;
    for (JsonObject schedules : schedules()) {
      for (JsonElement element : array(schedules, "cosine")) {
        JsonObject golden = element.getAsJsonObject();
        int[] expected = integers(golden.get("schedule"));
        int steps = golden.get("steps").getAsInt();
        int tokens = golden.get("tokens").getAsInt();
        assertThat(TokenSchedule.COSINE.rounded(steps, tokens)).containsExactly(expected);
        int[] cleaned = TokenSchedule.COSINE.tokens(steps, tokens);
        assertThat(IntStream.of(cleaned)).allMatch(count -> count > 0);
        assertThat(IntStream.of(cleaned).sum()).isEqualTo(tokens);
        if (IntStream.of(expected).allMatch(count -> count > 0)) {
          assertThat(cleaned).containsExactly(expected);
        }
        compared++;
      }
      for (JsonElement element : array(schedules, "linear")) {
        JsonObject golden = element.getAsJsonObject();
        assertThat(
                TokenSchedule.LINEAR.tokens(
                    golden.get("steps").getAsInt(), golden.get("tokens").getAsInt()))
            .containsExactly(integers(golden.get("schedule")));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void temperatures_areThoseOfTheReference() {
    int compared = 0;
    for (JsonObject schedules : schedules()) {
      for (JsonElement element : array(schedules, "temperature")) {
        JsonObject golden = element.getAsJsonObject();
        int[] tokens = integers(golden.get("token_schedule"));
        double start = golden.get("temp").getAsDouble();
        JsonObject onex = golden.getAsJsonObject("onex");
        JsonObject decreasing = golden.getAsJsonObject("decreasing");
        same(new TemperatureSchedule.Linear(), start, tokens, golden.get("linear"));
        same(
            new TemperatureSchedule.OneX(
                onex.get("min_t").getAsDouble(), onex.get("power").getAsDouble()),
            start,
            tokens,
            onex.get("values"));
        same(
            new TemperatureSchedule.Decreasing(decreasing.get("min").getAsDouble()),
            decreasing.get("max").getAsDouble(),
            tokens,
            decreasing.get("values"));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static void same(
      TemperatureSchedule schedule, double start, int[] tokens, JsonElement expected) {
    double[] values =
        StreamSupport.stream(expected.getAsJsonArray().spliterator(), false)
            .mapToDouble(JsonElement::getAsDouble)
            .toArray();
    assertThat(schedule.temperatures(start, tokens)).containsExactly(values, offset(TOLERANCE));
  }

  @Test
  void schedulesOfPartlyKnownTargets_continueAsInTheReference() {
    int compared = 0;
    for (JsonObject schedules : schedules()) {
      for (JsonElement element : array(schedules, "continue")) {
        JsonObject golden = element.getAsJsonObject();
        assertThat(
                TokenSchedule.remaining(
                    integers(golden.get("schedule")), golden.get("tokens_already").getAsInt()))
            .containsExactly(integers(golden.get("result")));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void chains_expandToTheStepsOfTheReference() {
    int compared = 0;
    for (JsonObject schedules : schedules()) {
      for (JsonElement element : array(schedules, "chains")) {
        JsonObject golden = element.getAsJsonObject();
        JsonObject args = golden.getAsJsonObject("args");
        compare(GoldenChain.plan(args, TokenFilter.NONE, Map.of()), golden.getAsJsonArray("steps"));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static void compare(SamplingPlan plan, JsonArray expanded) {
    List<RecordedSteps> recorded = RecordedSteps.of(expanded);
    List<TargetPlan> targets = plan.grown();
    assertThat(recorded)
        .extracting(RecordedSteps::target)
        .containsExactlyElementsOf(
            targets.stream().map(target -> target.target().value()).toList());
    for (int t = 0; t < targets.size(); t++) {
      compare(targets.get(t), recorded.get(t));
    }
  }

  private static void compare(TargetPlan target, RecordedSteps recorded) {
    boolean inOrder = target.scheme() == DecodingScheme.AUTOREGRESSIVE;
    int[] tokens = target.tokensPerStep();
    double[] temperatures = target.temperatures();
    List<Integer> taken = recorded.taken();
    int compared = recorded.untouched();
    if (!inOrder && compared == taken.size()) {
      assertThat(tokens).hasSize(compared);
    }
    for (int i = 0; i < compared; i++) {
      JsonObject step = recorded.steps().get(taken.get(i));
      assertThat(target.scheme().name()).isEqualToIgnoringCase(step.get("scheme").getAsString());
      if (!inOrder) {
        assertThat(tokens[i]).isEqualTo(step.get("num_tokens").getAsInt());
      }
      if (recorded.isTemperatureOurs(i, target.cooling())) {
        assertThat(temperatures[i])
            .isCloseTo(step.get("temperature").getAsDouble(), offset(TOLERANCE));
      }
      compareGuidance(target.guidance(), step);
    }
  }

  private static void compareGuidance(Guidance guidance, JsonObject step) {
    Set<String> seen = new LinkedHashSet<>();
    List<Double> weights = new ArrayList<>();
    for (WeightedCondition condition : guidance.conditions()) {
      weights.add(condition.weight());
      condition.modalities().forEach(name -> seen.add(name.value()));
    }
    assertThat(weights).containsExactlyElementsOf(GoldenChain.numbers(step.get("cfg_scale")));
    assertThat(seen)
        .containsExactlyElementsOf(
            GoldenChain.names(step.getAsJsonArray("cfg_cond_domains")).stream()
                .map(ModalityName::value)
                .toList());
  }

  private static List<JsonObject> schedules() {
    List<JsonObject> found = new ArrayList<>();
    for (Path file : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "schedules", "filtering")) {
      found.add(GoldenFiles.read(file).getAsJsonObject("schedules"));
    }
    return found;
  }

  private static JsonArray array(JsonObject schedules, String name) {
    return schedules.has(name) ? schedules.getAsJsonArray(name) : new JsonArray();
  }

  private static int[] integers(JsonElement list) {
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }
}
