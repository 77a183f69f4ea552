package dev.masquerade.model.sample;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the arguments with which the reference makes a chain of targets. */
final class GoldenChain {

  private GoldenChain() {}

  /**
   * Returns a chain as a plan of ours.
   *
   * @param longest lengths of texts where they differ from what the arguments say
   */
  static SamplingPlan plan(
      JsonObject args, TokenFilter filter, Map<ModalityName, Integer> longest) {
    List<TargetPlan> targets = new ArrayList<>();
    List<ModalityName> conditions = names(args.getAsJsonArray("cond_domains"));
    List<ModalityName> names = names(args.getAsJsonArray("target_domains"));
    for (int i = 0; i < names.size(); i++) {
      DecodingScheme scheme = scheme(at(args, "autoregression_schemes", i).getAsString());
      boolean inOrder = scheme == DecodingScheme.AUTOREGRESSIVE;
      int asked = at(args, "tokens_per_target", i).getAsInt();
      int tokens = inOrder ? longest.getOrDefault(names.get(i), asked) : asked;
      targets.add(
          new TargetPlan(
              names.get(i),
              scheme,
              tokens,
              inOrder ? 1 : at(args, "decoding_steps", i).getAsInt(),
              inOrder
                  ? TokenSchedule.LINEAR
                  : TokenSchedule.valueOf(
                      at(args, "token_decoding_schedules", i)
                          .getAsString()
                          .toUpperCase(Locale.ROOT)),
              at(args, "temps", i).getAsDouble(),
              cooling(at(args, "temp_schedules", i)),
              filter,
              guidance(conditions, at(args, "cfg_scales", i)),
              args.get("cfg_grow_conditioning").getAsBoolean()));
    }
    return new SamplingPlan(targets, 1);
  }

  private static JsonElement at(JsonObject args, String key, int i) {
    return args.getAsJsonArray(key).get(i);
  }

  static DecodingScheme scheme(String written) {
    return DecodingScheme.valueOf(written.toUpperCase(Locale.ROOT));
  }

  private static TemperatureSchedule cooling(JsonElement written) {
    String[] parts = (written.isJsonNull() ? "constant" : written.getAsString()).split(":", -1);
    return switch (parts[0]) {
      case "constant" -> new TemperatureSchedule.Constant();
      case "linear" -> new TemperatureSchedule.Linear();
      case "onex" ->
          new TemperatureSchedule.OneX(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
      default -> throw new IllegalArgumentException(written.toString());
    };
  }

  /** The reference gives several scales one condition each, one scale all conditions together. */
  private static Guidance guidance(List<ModalityName> conditions, JsonElement scales) {
    List<Double> weights = numbers(scales);
    if (weights.size() == 1) {
      return new Guidance(
          List.of(new WeightedCondition(new LinkedHashSet<>(conditions), weights.get(0))));
    }
    List<WeightedCondition> each = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      each.add(new WeightedCondition(Set.of(conditions.get(i)), weights.get(i)));
    }
    return new Guidance(each);
  }

  /** Returns one number or a list of them. */
  static List<Double> numbers(JsonElement written) {
    List<Double> numbers = new ArrayList<>();
    if (written.isJsonArray()) {
      written.getAsJsonArray().forEach(number -> numbers.add(number.getAsDouble()));
    } else {
      numbers.add(written.getAsDouble());
    }
    return numbers;
  }

  static List<ModalityName> names(JsonArray array) {
    List<ModalityName> names = new ArrayList<>();
    array.forEach(element -> names.add(new ModalityName(element.getAsString())));
    return names;
  }
}
