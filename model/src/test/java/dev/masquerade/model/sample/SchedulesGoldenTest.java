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
import java.util.Locale;
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
        compare(plan(golden.getAsJsonObject("args")), golden.getAsJsonArray("steps"));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static void compare(SamplingPlan plan, JsonArray steps) {
    int at = 0;
    for (TargetPlan target : plan.grown()) {
      boolean inOrder = target.scheme() == DecodingScheme.AUTOREGRESSIVE;
      int[] tokens = target.tokensPerStep();
      double[] temperatures = target.temperatures();
      for (int i = 0; i < (inOrder ? 1 : tokens.length); i++) {
        JsonObject step = steps.get(at++).getAsJsonObject();
        assertThat(target.target().value()).isEqualTo(step.get("target_domain").getAsString());
        assertThat(target.scheme().name()).isEqualToIgnoringCase(step.get("scheme").getAsString());
        if (!inOrder) {
          assertThat(tokens[i]).isEqualTo(step.get("num_tokens").getAsInt());
        }
        assertThat(temperatures[i])
            .isCloseTo(step.get("temperature").getAsDouble(), offset(TOLERANCE));
        List<String> seen = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (WeightedCondition condition : target.guidance().conditions()) {
          weights.add(condition.weight());
          condition.modalities().stream()
              .map(ModalityName::value)
              .filter(name -> !seen.contains(name))
              .forEach(seen::add);
        }
        assertThat(weights).containsExactlyElementsOf(numbers(step.get("cfg_scale")));
        assertThat(seen).containsExactlyElementsOf(texts(step.get("cfg_cond_domains")));
      }
    }
    assertThat(at).isEqualTo(steps.size());
  }

  /** The reference gives several scales one condition each, one scale all conditions together. */
  private static SamplingPlan plan(JsonObject args) {
    List<TargetPlan> targets = new ArrayList<>();
    List<String> conditions = texts(args.get("cond_domains"));
    List<String> names = texts(args.get("target_domains"));
    for (int i = 0; i < names.size(); i++) {
      DecodingScheme scheme =
          DecodingScheme.valueOf(
              texts(args.get("autoregression_schemes")).get(i).toUpperCase(Locale.ROOT));
      boolean inOrder = scheme == DecodingScheme.AUTOREGRESSIVE;
      targets.add(
          new TargetPlan(
              new ModalityName(names.get(i)),
              scheme,
              args.getAsJsonArray("tokens_per_target").get(i).getAsInt(),
              inOrder ? 1 : args.getAsJsonArray("decoding_steps").get(i).getAsInt(),
              inOrder
                  ? TokenSchedule.LINEAR
                  : TokenSchedule.valueOf(
                      texts(args.get("token_decoding_schedules")).get(i).toUpperCase(Locale.ROOT)),
              args.getAsJsonArray("temps").get(i).getAsDouble(),
              cooling(texts(args.get("temp_schedules")).get(i)),
              TokenFilter.NONE,
              guidance(conditions, args.getAsJsonArray("cfg_scales").get(i)),
              args.get("cfg_grow_conditioning").getAsBoolean()));
    }
    return new SamplingPlan(targets, 0);
  }

  private static TemperatureSchedule cooling(String written) {
    String[] parts = written.split(":", -1);
    return switch (parts[0]) {
      case "constant" -> new TemperatureSchedule.Constant();
      case "linear" -> new TemperatureSchedule.Linear();
      case "onex" ->
          new TemperatureSchedule.OneX(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
      default -> throw new IllegalArgumentException(written);
    };
  }

  private static Guidance guidance(List<String> conditions, JsonElement scales) {
    List<Double> weights = numbers(scales);
    if (weights.size() == 1) {
      Set<ModalityName> all = new LinkedHashSet<>();
      conditions.forEach(name -> all.add(new ModalityName(name)));
      return new Guidance(List.of(new WeightedCondition(all, weights.get(0))));
    }
    List<WeightedCondition> each = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      each.add(new WeightedCondition(Set.of(new ModalityName(conditions.get(i))), weights.get(i)));
    }
    return new Guidance(each);
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

  private static List<Double> numbers(JsonElement written) {
    List<Double> numbers = new ArrayList<>();
    if (written.isJsonArray()) {
      written.getAsJsonArray().forEach(number -> numbers.add(number.getAsDouble()));
    } else {
      numbers.add(written.getAsDouble());
    }
    return numbers;
  }

  private static List<String> texts(JsonElement list) {
    List<String> texts = new ArrayList<>();
    list.getAsJsonArray().forEach(text -> texts.add(text.isJsonNull() ? "" : text.getAsString()));
    return texts;
  }
}
