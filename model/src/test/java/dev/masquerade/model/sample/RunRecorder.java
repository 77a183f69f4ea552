package dev.masquerade.model.sample;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes runs of our own sampler as the reference's are written, steps without tokens included, so
 * that the replay of chains can be tried that no golden file has.
 */
final class RunRecorder {

  private static final int ROWS = 2;

  private final Path file;
  private final JsonObject json;
  private final List<TensorContent> tensors = new ArrayList<>();
  private final List<ModalitySpec> modalities;
  private final Random random = new Random(8);
  private boolean mistaken;

  /**
   * Starts a file with the model of another.
   *
   * @param registers register tokens that the model gets
   */
  RunRecorder(GoldenGeneration base, Path file, int registers) {
    this.file = file;
    this.json = base.json.deepCopy();
    this.modalities = base.modalities;
    json.add("runs", new JsonObject());
    for (TensorEntry entry : base.file.tensors()) {
      if (entry.name().startsWith("param.")) {
        tensors.add(TensorContent.floats(entry.name(), entry.shape(), base.floats(entry.name())));
      }
    }
    if (registers > 0) {
      int dim = json.getAsJsonObject("model").get("dim").getAsInt();
      add("param.register_tokens", List.of(1, registers, dim), i -> random.nextGaussian());
    }
  }

  /** Lets results say of two places of the first row that the other one was settled. */
  void mistakePlaces() {
    mistaken = true;
  }

  private void add(String name, List<Integer> shape, IntToDoubleFunction values) {
    float[] numbers = new float[shape.stream().reduce(1, (one, other) -> one * other)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.applyAsDouble(i);
    }
    tensors.add(
        TensorContent.floats(name, shape.stream().map(Integer::longValue).toList(), numbers));
  }

  private void addWhole(String name, List<Integer> shape, IntUnaryOperator values) {
    int count = shape.stream().reduce(1, (one, other) -> one * other);
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putInt(values.applyAsInt(i));
    }
    tensors.add(
        new TensorContent(
            name,
            ElementType.I32,
            shape.stream().map(Integer::longValue).toList(),
            channel -> {
              ByteBuffer left = bytes.duplicate().flip();
              while (left.hasRemaining()) {
                channel.write(left);
              }
            }));
  }

  private void write() throws IOException {
    Files.writeString(file, json.toString());
    SafetensorsWriter.write(GoldenFiles.tensors(file), Map.of(), tensors);
  }

  /**
   * Generates as a chain says, and writes down what comes of it.
   *
   * @param schedule arguments of the chain, whose conditions are the inputs
   * @param hidden places of every grid of the inputs that are hidden, from the first
   */
  void record(String name, JsonObject schedule, int hidden) throws IOException {
    JsonObject run = new JsonObject();
    run.addProperty("batch", ROWS);
    run.add("inputs", schedule.get("cond_domains"));
    run.add("targets", schedule.get("target_domains"));
    run.add("schedule", schedule);
    run.add("expanded_schedule", new JsonArray());
    run.add("steps", new JsonArray());
    json.getAsJsonObject("runs").add(name, run);
    for (JsonElement input : schedule.getAsJsonArray("cond_domains")) {
      input(prefix(name) + "in." + input.getAsString() + ".", spec(input.getAsString()), hidden);
    }
    for (JsonElement target : schedule.getAsJsonArray("target_domains")) {
      target(prefix(name) + "in." + target.getAsString() + ".", spec(target.getAsString()));
    }
    write();
    try (GoldenGeneration golden = new GoldenGeneration(file);
        Sampler sampler = new Sampler(golden.model, Precision.FP32)) {
      GoldenRun ours = new GoldenRun(golden, name);
      SamplingPlan plan = ours.plans().get(0);
      List<Canvas> canvases = ours.canvases();
      List<SamplingStep> steps = new ArrayList<>();
      List<float[]> logits = new ArrayList<>();
      sampler.sample(
          canvases,
          new long[] {3, 4},
          plan,
          step -> {
            steps.add(step);
            logits.add(step.logits().get());
          });
      int texts = 0;
      for (int t = 0; t < plan.targets().size(); t++) {
        List<SamplingStep> own = new ArrayList<>();
        List<float[]> ownLogits = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
          if (steps.get(i).target() == t) {
            own.add(steps.get(i));
            ownLogits.add(logits.get(i));
          }
        }
        TargetPlan target = plan.grown().get(t);
        if (target.scheme() == DecodingScheme.AUTOREGRESSIVE) {
          text(run, prefix(name), target, own, texts++);
        } else {
          grid(run, prefix(name), target, own, ownLogits);
        }
        result(prefix(name) + "out." + target.target() + ".", canvases, target.target());
      }
    }
    write();
  }

  private static String prefix(String run) {
    return "run." + run + ".";
  }

  private ModalitySpec spec(String name) {
    return modalities.stream()
        .filter(spec -> spec.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void input(String prefix, ModalitySpec spec, int hidden) {
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      int words = layout.marks().firstSentinelId() + layout.marks().sentinelCount();
      addWhole(
          prefix + "tensor",
          List.of(ROWS, 5),
          i -> i % 5 == 3 ? layout.marks().endId() : words + i);
      addWhole(prefix + "input_mask", List.of(ROWS, 5), i -> i % 5 == 4 ? 1 : 0);
      return;
    }
    TokenLayout.Grid grid = (TokenLayout.Grid) spec.layout();
    if (spec.space() instanceof TokenSpace.Continuous pixels) {
      int patch = (int) Math.round(Math.sqrt(pixels.width() / 3.0));
      add(
          prefix + "tensor",
          List.of(ROWS, 3, grid.rows() * patch, grid.columns() * patch),
          i -> random.nextGaussian());
    } else {
      int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
      addWhole(prefix + "tensor", List.of(ROWS, grid.places()), i -> random.nextInt(vocabulary));
    }
    addWhole(
        prefix + "input_mask",
        List.of(ROWS, grid.places()),
        i -> i % grid.places() < hidden ? 1 : 0);
  }

  private void target(String prefix, ModalitySpec spec) {
    int places = spec.layout().places();
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      SpanMarks marks = layout.marks();
      int width = layout.maxTokens();
      addWhole(
          prefix + "tensor",
          List.of(ROWS, width),
          i -> i % width < 2 ? marks.sentinel(1) : i % width == width - 1 ? marks.sentinel(2) : 0);
      addWhole(prefix + "input_mask", List.of(ROWS, width), i -> i % width == 0 ? 0 : 1);
      return;
    }
    addWhole(prefix + "tensor", List.of(ROWS, places), i -> 0);
    addWhole(prefix + "input_mask", List.of(ROWS, places), i -> 1);
    addWhole(prefix + "target_mask", List.of(ROWS, places), i -> 0);
  }

  private static void expand(JsonObject run, TargetPlan target, double temperature, int tokens) {
    JsonObject step = new JsonObject();
    step.addProperty("target_domain", target.target().value());
    step.addProperty("scheme", target.scheme().name());
    if (target.scheme() == DecodingScheme.AUTOREGRESSIVE) {
      step.add("num_tokens", JsonNull.INSTANCE);
    } else {
      step.addProperty("num_tokens", tokens);
      JsonObject recorded = new JsonObject();
      recorded.addProperty("same_positions_in_all_passes", true);
      run.getAsJsonArray("steps").add(recorded);
    }
    step.addProperty("temperature", temperature);
    run.getAsJsonArray("expanded_schedule").add(step);
  }

  private void text(
      JsonObject run, String prefix, TargetPlan target, List<SamplingStep> steps, int number) {
    expand(run, target, target.temperature(), 0);
    int width = target.tokens() + 1;
    int[] ids = new int[ROWS * width];
    ModalitySpec spec = spec(target.target().value());
    for (int row = 0; row < ROWS; row++) {
      ids[row * width] = ((TokenLayout.Sequence) spec.layout()).marks().sentinel(1);
    }
    for (SamplingStep step : steps) {
      step.rows().forEach(row -> ids[row.row() * width + step.step() + 1] = row.ids()[0]);
    }
    addWhole(prefix + "autoregressive" + number + ".ids", List.of(ROWS, width), i -> ids[i]);
  }

  /** Steps without tokens are written as if the reference had looked, and settled nothing. */
  private void grid(
      JsonObject run,
      String prefix,
      TargetPlan target,
      List<SamplingStep> steps,
      List<float[]> logits) {
    int ours = 0;
    for (int tokens : target.schedule().rounded(target.steps(), target.tokens())) {
      int number = run.getAsJsonArray("steps").size();
      boolean taken = tokens > 0 && ours < steps.size();
      expand(run, target, taken ? target.temperatures()[ours] : 0, tokens);
      if (ours < steps.size()) {
        SamplingStep next = steps.get(ours);
        step(prefix + "step" + number + ".", next, taken ? logits.get(ours) : new float[0]);
      }
      ours += taken ? 1 : 0;
    }
  }

  /** Places in another order than ours. */
  private void step(String prefix, SamplingStep step, float[] logits) {
    int count = step.rows().get(0).candidates().length;
    List<Integer> shape = List.of(ROWS, count);
    addWhole(prefix + "positions_pass0", shape, i -> turned(step, i).candidates()[at(count, i)]);
    if (logits.length > 0) {
      int vocabulary = logits.length / (ROWS * count);
      addWhole(prefix + "samples", shape, i -> turned(step, i).ids()[at(count, i)]);
      add(prefix + "probs", shape, i -> turned(step, i).probabilities()[at(count, i)]);
      add(
          prefix + "guided_logits",
          List.of(ROWS, count, vocabulary),
          i -> {
            int place = i / vocabulary;
            return logits[(place / count * count + at(count, place)) * vocabulary + i % vocabulary];
          });
    }
  }

  private static SamplingStep.Row turned(SamplingStep step, int i) {
    return step.rows().get(i / step.rows().get(0).candidates().length);
  }

  private static int at(int count, int i) {
    return count - 1 - i % count;
  }

  private void result(String prefix, List<Canvas> canvases, ModalityName target) {
    boolean text = spec(target.value()).layout() instanceof TokenLayout.Sequence;
    int width =
        text
            ? canvases.stream().mapToInt(canvas -> canvas.ids(target).length).max().orElseThrow()
            : spec(target.value()).layout().places();
    addWhole(
        prefix + "tensor",
        List.of(ROWS, width),
        i -> {
          Canvas canvas = canvases.get(i / width);
          int[] ids = text ? canvas.ids(target) : canvas.grid(target).ids();
          return Arrays.copyOf(ids, width)[i % width];
        });
    addWhole(
        prefix + "input_mask",
        List.of(ROWS, width),
        i -> {
          Canvas canvas = canvases.get(i / width);
          boolean known =
              text ? i % width < canvas.ids(target).length : isKnown(canvas.grid(target), i, width);
          return known ? 0 : 1;
        });
  }

  private boolean isKnown(GridPart grid, int i, int width) {
    boolean known = grid.isKnown(i % width);
    int firstLike = 0;
    while (firstLike < width && grid.isKnown(firstLike) != known) {
      firstLike++;
    }
    return known ^ (mistaken && i == firstLike && !allAlike(grid, width));
  }

  private static boolean allAlike(GridPart grid, int width) {
    return IntStream.range(1, width).allMatch(i -> grid.isKnown(i) == grid.isKnown(0));
  }
}
