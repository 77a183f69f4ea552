package dev.masquerade.model.sample;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.golden.GoldenCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One recorded run of generation: how it starts, its plan, and what came out step by step. */
final class GoldenRun {

  final GoldenGeneration golden;
  final String name;
  final JsonObject json;
  final int rows;

  GoldenRun(GoldenGeneration golden, String name) {
    this.golden = golden;
    this.name = name;
    this.json = golden.json.getAsJsonObject("runs").getAsJsonObject(name);
    this.rows = json.get("batch").getAsInt();
  }

  /** Says whether the reference's passes looked at different places in some step. */
  boolean mixesPlaces() {
    for (JsonElement step : json.getAsJsonArray("steps")) {
      if (!step.getAsJsonObject().get("same_positions_in_all_passes").getAsBoolean()) {
        return true;
      }
    }
    return false;
  }

  List<ModalityName> names(String key) {
    return names(json.getAsJsonArray(key));
  }

  private static List<ModalityName> names(JsonArray array) {
    List<ModalityName> names = new ArrayList<>();
    array.forEach(element -> names.add(new ModalityName(element.getAsString())));
    return names;
  }

  /** Returns a canvas per row, as the run starts. */
  List<Canvas> canvases() {
    List<Canvas> canvases = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Canvas canvas = new Canvas(golden.modalities);
      for (ModalityName input : names("inputs")) {
        canvas.see(input, input(input.value(), row));
      }
      for (ModalityName target : names("targets")) {
        canvas.ask(target);
      }
      canvases.add(canvas);
    }
    return canvases;
  }

  private TokenizedModality input(String modality, int row) {
    ModalitySpec spec = golden.spec(modality);
    String tensor = tensor("in." + modality + ".tensor");
    if (spec.space() instanceof TokenSpace.Continuous space) {
      List<Long> shape = shape(tensor);
      float[] patches =
          GoldenCase.patches(golden.floats(tensor), shape, (TokenLayout.Grid) spec.layout());
      int values = patches.length / rows;
      return new TokenizedModality.VectorTokens(
          Arrays.copyOfRange(patches, row * values, (row + 1) * values), space.width());
    }
    int[] ids = row(golden.ids(tensor), row);
    if (spec.layout() instanceof TokenLayout.Grid) {
      return new TokenizedModality.IdGrid(ids);
    }
    return new TokenizedModality.IdSequence(
        shown(ids, row(golden.ids(tensor("in." + modality + ".input_mask")), row)));
  }

  private List<Long> shape(String tensor) {
    return golden.file.find(tensor).orElseThrow().shape();
  }

  /** Returns the ids that a mask does not hide. */
  static int[] shown(int[] ids, int[] hidden) {
    int[] shown = new int[ids.length];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (hidden[i] == 0) {
        shown[count++] = ids[i];
      }
    }
    return Arrays.copyOf(shown, count);
  }

  /** Returns a row of a tensor of all rows. */
  int[] row(int[] all, int row) {
    int width = all.length / rows;
    return Arrays.copyOfRange(all, row * width, (row + 1) * width);
  }

  String tensor(String part) {
    return "run." + name + "." + part;
  }

  boolean has(String part) {
    return golden.file.find(tensor(part)).isPresent();
  }

  /** Returns what the reference predicted in a step of grids: places in its own order. */
  int[] places(int step, int pass, int row) {
    return row(golden.ids(tensor("step" + step + ".positions_pass" + pass)), row);
  }

  int[] samples(int step, int row) {
    return row(golden.ids(tensor("step" + step + ".samples")), row);
  }

  double[] probabilities(int step, int row) {
    float[] all = golden.floats(tensor("step" + step + ".probs"));
    int width = all.length / rows;
    double[] result = new double[width];
    for (int i = 0; i < width; i++) {
      result[i] = all[row * width + i];
    }
    return result;
  }

  /** Returns the guided logits of candidate {@code i} of a row, in the reference's order. */
  float[] logits(int step, int row, int i) {
    float[] all = golden.floats(tensor("step" + step + ".guided_logits"));
    List<Long> shape = shape(tensor("step" + step + ".guided_logits"));
    int candidates = shape.get(1).intValue();
    int vocabulary = shape.get(2).intValue();
    int from = (row * candidates + i) * vocabulary;
    return Arrays.copyOfRange(all, from, from + vocabulary);
  }

  TokenFilter filter() {
    double topP = json.has("top_p") ? json.get("top_p").getAsDouble() : 0;
    TopK topK = new TopK.All();
    if (json.has("top_k") && json.get("top_k").getAsDouble() > 0) {
      double k = json.get("top_k").getAsDouble();
      boolean count = json.get("top_k").getAsString().indexOf('.') < 0;
      topK = count ? new TopK.Count((int) k) : new TopK.Share(k);
    }
    return new TokenFilter(topK, topP > 0 ? topP : 1);
  }

  /**
   * Returns plans that run one after the other: one, but for runs whose steps the reference was
   * given one by one.
   */
  List<SamplingPlan> plans() {
    return json.has("multi") ? steps(json.getAsJsonObject("multi")) : List.of(chain());
  }

  private SamplingPlan chain() {
    JsonObject schedule = json.getAsJsonObject("schedule");
    List<TargetPlan> targets = new ArrayList<>();
    List<ModalityName> names = names(schedule.getAsJsonArray("target_domains"));
    for (int i = 0; i < names.size(); i++) {
      DecodingScheme scheme = scheme(at(schedule, "autoregression_schemes", i).getAsString());
      boolean text = scheme == DecodingScheme.AUTOREGRESSIVE;
      double scale = at(schedule, "cfg_scales", i).getAsDouble();
      // The reference generates as many tokens as its state has places for.
      int tokens =
          text
              ? shape(tensor("in." + names.get(i) + ".tensor")).get(1).intValue() - 1
              : at(schedule, "tokens_per_target", i).getAsInt();
      targets.add(
          new TargetPlan(
              names.get(i),
              scheme,
              tokens,
              text ? 1 : at(schedule, "decoding_steps", i).getAsInt(),
              !text && at(schedule, "token_decoding_schedules", i).getAsString().equals("cosine")
                  ? TokenSchedule.COSINE
                  : TokenSchedule.LINEAR,
              at(schedule, "temps", i).getAsDouble(),
              cooling(at(schedule, "temp_schedules", i).getAsString()),
              filter(),
              scale == 1
                  ? Guidance.NONE
                  : new Guidance(
                      List.of(
                          new WeightedCondition(
                              new LinkedHashSet<>(names(schedule.getAsJsonArray("cond_domains"))),
                              scale))),
              schedule.get("cfg_grow_conditioning").getAsBoolean()));
    }
    return new SamplingPlan(targets, 1);
  }

  private List<SamplingPlan> steps(JsonObject multi) {
    List<SamplingPlan> plans = new ArrayList<>();
    for (JsonElement element : multi.getAsJsonArray("steps")) {
      JsonArray step = element.getAsJsonArray();
      List<WeightedCondition> conditions = new ArrayList<>();
      for (int i = 0; i < step.get(4).getAsJsonArray().size(); i++) {
        Set<ModalityName> seen =
            new LinkedHashSet<>(names(multi.getAsJsonArray("conditions").get(i).getAsJsonArray()));
        conditions.add(
            new WeightedCondition(seen, step.get(4).getAsJsonArray().get(i).getAsDouble()));
      }
      plans.add(
          new SamplingPlan(
              List.of(
                  new TargetPlan(
                      new ModalityName(step.get(0).getAsString()),
                      scheme(step.get(1).getAsString()),
                      step.get(2).getAsInt(),
                      1,
                      TokenSchedule.LINEAR,
                      step.get(3).getAsDouble(),
                      new TemperatureSchedule.Constant(),
                      filter(),
                      new Guidance(conditions),
                      false)),
              1));
    }
    return plans;
  }

  private static JsonElement at(JsonObject schedule, String key, int i) {
    return schedule.getAsJsonArray(key).get(i);
  }

  private static DecodingScheme scheme(String name) {
    return switch (name) {
      case "maskgit" -> DecodingScheme.MASKGIT;
      case "roar" -> DecodingScheme.ROAR;
      case "autoregressive" -> DecodingScheme.AUTOREGRESSIVE;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static TemperatureSchedule cooling(String name) {
    String[] parts = name.split(":", -1);
    return switch (parts[0]) {
      case "constant" -> new TemperatureSchedule.Constant();
      case "linear" -> new TemperatureSchedule.Linear();
      case "onex" ->
          new TemperatureSchedule.OneX(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
