package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

  /** Says whether the reference's passes looked at different places in a recorded step. */
  boolean mixesPlaces(int step) {
    JsonArray steps = json.getAsJsonArray("steps");
    return step < steps.size()
        && !steps.get(step).getAsJsonObject().get("same_positions_in_all_passes").getAsBoolean();
  }

  List<ModalityName> names(String key) {
    return GoldenChain.names(json.getAsJsonArray(key));
  }

  /** Returns a canvas per row, as the run starts. */
  List<Canvas> canvases() {
    List<Canvas> canvases = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Canvas canvas = new Canvas(golden.modalities);
      for (ModalityName input : names("inputs")) {
        see(canvas, input, row);
      }
      for (ModalityName target : names("targets")) {
        ask(canvas, target, row);
      }
      canvases.add(canvas);
    }
    return canvases;
  }

  private void see(Canvas canvas, ModalityName name, int row) {
    ModalitySpec spec = golden.spec(name.value());
    String tensor = tensor("in." + name + ".tensor");
    int[] hidden = row(golden.ids(tensor("in." + name + ".input_mask")), row);
    if (spec.space() instanceof TokenSpace.Continuous space) {
      float[] values = golden.floats(tensor);
      if (spec.layout() instanceof TokenLayout.Grid grid) {
        values = GoldenCase.patches(values, shape(tensor), grid);
      }
      int width = values.length / rows;
      canvas.see(
          name,
          new TokenizedModality.VectorTokens(
              Arrays.copyOfRange(values, row * width, (row + 1) * width), space.width()),
          flags(hidden, true));
      return;
    }
    int[] ids = row(golden.ids(tensor), row);
    if (spec.layout() instanceof TokenLayout.Grid) {
      canvas.see(name, new TokenizedModality.IdGrid(ids), flags(hidden, true));
    } else {
      canvas.see(name, new TokenizedModality.IdSequence(shown(ids, hidden)));
    }
  }

  /**
   * Asks for a target as the run starts with it: what it shows already is seen, and of a grid those
   * places are asked for that are targets.
   */
  private void ask(Canvas canvas, ModalityName target, int row) {
    see(canvas, target, row);
    if (golden.spec(target.value()).layout() instanceof TokenLayout.Grid) {
      canvas.ask(target, flags(targetMask(target, row), false));
    } else {
      canvas.ask(target);
    }
  }

  /** Asks again for what is still missing of a target whose steps are plans of their own. */
  void askAgain(Canvas canvas, ModalityName target, int row) {
    if (canvas.isKnown(target) || canvas.isAsked(target)) {
      return;
    }
    boolean[] wanted = flags(targetMask(target, row), false);
    for (int place = 0; place < wanted.length; place++) {
      wanted[place] &= !canvas.grid(target).isKnown(place);
    }
    canvas.ask(target, wanted);
  }

  private int[] targetMask(ModalityName target, int row) {
    return row(golden.ids(tensor("in." + target + ".target_mask")), row);
  }

  /** Returns a mask as flags that are set where it is {@code hidden}, or where it is not. */
  private static boolean[] flags(int[] mask, boolean hidden) {
    boolean[] flags = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      flags[i] = mask[i] != 0 == hidden;
    }
    return flags;
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
    // The reference generates as many tokens of a text as its state has places for.
    Map<ModalityName, Integer> longest = new HashMap<>();
    for (ModalityName target : names("targets")) {
      if (golden.spec(target.value()).layout() instanceof TokenLayout.Sequence layout) {
        int places = shape(tensor("in." + target + ".tensor")).get(1).intValue();
        longest.put(target, Math.min(layout.maxTokens(), places - 1));
      }
    }
    SamplingPlan plan = GoldenChain.plan(schedule, filter(), longest);
    return new SamplingPlan(
        plan.targets().stream().map(GoldenRun::withoutIdleGuidance).toList(), plan.seed());
  }

  /** One scale of 1 is no guidance, and one pass in the reference. */
  private static TargetPlan withoutIdleGuidance(TargetPlan target) {
    List<WeightedCondition> conditions = target.guidance().conditions();
    return conditions.size() == 1 && conditions.get(0).weight() == 1
        ? target.with(Guidance.NONE)
        : target;
  }

  /** Returns what the reference expanded the chain into; one group per step given one by one. */
  List<RecordedSteps> recorded() {
    if (!json.has("multi")) {
      return RecordedSteps.of(json.getAsJsonArray("expanded_schedule"));
    }
    List<RecordedSteps> groups = new ArrayList<>();
    for (JsonElement element : json.getAsJsonObject("multi").getAsJsonArray("steps")) {
      JsonObject step = new JsonObject();
      step.add("target_domain", element.getAsJsonArray().get(0));
      step.add("scheme", element.getAsJsonArray().get(1));
      step.add("num_tokens", element.getAsJsonArray().get(2));
      groups.add(
          new RecordedSteps(step.get("target_domain").getAsString(), List.of(step), groups.size()));
    }
    return groups;
  }

  /** Returns the number of the last recorded step that settles tokens; -1 without grids. */
  int lastStep() {
    int last = -1;
    int count = 0;
    for (RecordedSteps steps : recorded()) {
      if (steps.ofGrids() > 0) {
        count += steps.ofGrids();
        last = steps.recorded(steps.taken().size() - 1);
      }
    }
    assertThat(json.getAsJsonArray("steps")).as("recorded steps").hasSize(count);
    return last;
  }

  private List<SamplingPlan> steps(JsonObject multi) {
    List<SamplingPlan> plans = new ArrayList<>();
    for (JsonElement element : multi.getAsJsonArray("steps")) {
      JsonArray step = element.getAsJsonArray();
      List<WeightedCondition> conditions = new ArrayList<>();
      for (int i = 0; i < step.get(4).getAsJsonArray().size(); i++) {
        Set<ModalityName> seen =
            new LinkedHashSet<>(
                GoldenChain.names(multi.getAsJsonArray("conditions").get(i).getAsJsonArray()));
        conditions.add(
            new WeightedCondition(seen, step.get(4).getAsJsonArray().get(i).getAsDouble()));
      }
      plans.add(
          new SamplingPlan(
              List.of(
                  new TargetPlan(
                      new ModalityName(step.get(0).getAsString()),
                      GoldenChain.scheme(step.get(1).getAsString()),
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

  @Override
  public String toString() {
    return name;
  }
}
