package dev.masquerade.model.sample;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded runs of the reference, replayed with its draws: in every step the same guided logits,
 * the same tokens with the same probabilities, the same places that stay; and the same results.
 *
 * <p>Two runs record defects that are not copied, and of them only what is well defined is
 * compared. In {@code roar_guided_unseeded} the passes look at different places from the first step
 * on: what is compared is that step's mixture, of our conditional logits at the places of the one
 * pass and our unconditional logits at those of the other. In {@code multi_guided_roar} passes
 * disagree from the second step on, so the first step is compared.
 */
class SamplerGoldenTest {

  private static final double TOLERANCE = 5e-5;

  static Stream<Arguments> runs() throws IOException {
    List<Arguments> runs = new ArrayList<>();
    for (Path file : GoldenGeneration.files()) {
      try (GoldenGeneration golden = new GoldenGeneration(file)) {
        golden
            .json
            .getAsJsonObject("runs")
            .keySet()
            .forEach(name -> runs.add(Arguments.of(file, name)));
      }
    }
    assertThat(runs).isNotEmpty();
    return runs.stream();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void run_isThatOfTheReference(Path file, String name) throws IOException {
    try (GoldenGeneration golden = new GoldenGeneration(file);
        Sampler sampler = new Sampler(golden.model, Precision.FP32)) {
      GoldenRun run = new GoldenRun(golden, name);
      if (run.mixesPlaces() && !run.json.has("multi")) {
        compareMixture(run, sampler);
        return;
      }
      List<Canvas> canvases = run.canvases();
      Replay replay = new Replay(run, run.plans().get(0));
      for (SamplingPlan plan : run.plans()) {
        for (Canvas canvas : canvases) {
          for (ModalityName target : run.names("targets")) {
            if (!canvas.isKnown(target) && !canvas.isAsked(target)) {
              canvas.ask(target); // steps that the reference was given one by one
            }
          }
        }
        replay.plan = plan;
        sampler.sample(canvases, plan, replay, replay::compare);
        if (run.mixesPlaces()) {
          return;
        }
      }
      assertThat(replay.step)
          .as("steps compared")
          .isEqualTo(run.json.getAsJsonArray("steps").size());
      compareResults(run, canvases, replay);
    }
  }

  private static void compareResults(GoldenRun run, List<Canvas> canvases, Replay replay) {
    for (ModalityName target : run.names("targets")) {
      int[] hidden = run.golden.ids(run.tensor("out." + target + ".input_mask"));
      boolean text = run.golden.spec(target.value()).layout() instanceof TokenLayout.Sequence;
      for (int row = 0; row < run.rows; row++) {
        int[] expected =
            hidden.length == 0
                ? new int[0]
                : GoldenRun.shown(run.row(result(run, target), row), run.row(hidden, row));
        Canvas canvas = canvases.get(row);
        if (text) {
          expected = Arrays.stream(expected).filter(id -> id != GoldenGeneration.END).toArray();
        }
        assertThat(canvas.isKnown(target)).isTrue();
        assertThat(canvas.ids(target)).as(target + " of row " + row).isEqualTo(expected);
      }
    }
    assertThat(replay.texts).isEqualTo(texts(run));
  }

  private static int texts(GoldenRun run) {
    int texts = 0;
    while (run.has("autoregressive" + texts + ".ids")) {
      texts++;
    }
    return texts;
  }

  /** The reference leaves texts as whole numbers or as floats. */
  private static int[] result(GoldenRun run, ModalityName target) {
    String tensor = run.tensor("out." + target + ".tensor");
    if (!run.golden.file.find(tensor).orElseThrow().type().toString().startsWith("F")) {
      return run.golden.ids(tensor);
    }
    float[] values = run.golden.floats(tensor);
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) values[i];
    }
    return ids;
  }

  /**
   * Conditional logits at the places of the last pass, unconditional ones at those of the first.
   */
  private static void compareMixture(GoldenRun run, Sampler sampler) {
    SamplingPlan plan = run.plans().get(0);
    double weight = plan.targets().get(0).guidance().conditions().get(0).weight();
    float[] conditional = stepLogits(run, sampler, plan, 1, 0);
    float[] unconditional = stepLogits(run, sampler, plan, 0, 1);
    int vocabulary = run.logits(0, 0, 0).length;
    for (int row = 0; row < run.rows; row++) {
      int[] first = run.places(0, 0, row);
      int[] second = run.places(0, 1, row);
      for (int i = 0; i < first.length; i++) {
        int c = (row * first.length + rank(first, i)) * vocabulary;
        int u = (row * first.length + rank(second, i)) * vocabulary;
        float[] mixed = new float[vocabulary];
        for (int id = 0; id < vocabulary; id++) {
          mixed[id] =
              (float)
                  (unconditional[u + id] + weight * (conditional[c + id] - unconditional[u + id]));
        }
        assertClose("candidate " + i, mixed, run.logits(0, row, i), TOLERANCE);
      }
    }
  }

  private static float[] stepLogits(
      GoldenRun run, Sampler sampler, SamplingPlan plan, double weight, int pass) {
    TargetPlan target = plan.targets().get(0);
    Guidance guidance =
        new Guidance(
            List.of(
                new WeightedCondition(target.guidance().conditions().get(0).modalities(), weight)));
    List<float[]> first = new ArrayList<>();
    Replay replay = new Replay(run, new SamplingPlan(List.of(target.with(guidance)), 1));
    replay.pass = pass;
    sampler.sample(
        run.canvases(),
        replay.plan,
        replay,
        step -> {
          first.add(step.logits().get());
          replay.step++;
        });
    return first.get(0);
  }

  /** Returns how many of the places come before the i-th. */
  private static int rank(int[] places, int i) {
    return (int) Arrays.stream(places).filter(place -> place < places[i]).count();
  }

  /** Draws what the reference drew, and compares what the sampler makes of it. */
  private static final class Replay implements Draws {

    private final GoldenRun run;
    private SamplingPlan plan;
    private int step;
    private int pass;
    private int texts;

    Replay(GoldenRun run, SamplingPlan plan) {
      this.run = run;
      this.plan = plan;
    }

    private TargetPlan target(int number) {
      return plan.targets().get(number);
    }

    @Override
    public double[] uniforms(int row, int target, int rowStep, int[] candidates) {
      double[] uniforms = new double[candidates.length];
      if (target(target).temperature() == 0
          || target(target).scheme() == DecodingScheme.AUTOREGRESSIVE) {
        return uniforms;
      }
      double temperature = target(target).temperatures()[rowStep];
      int[] places = run.places(step, pass, row);
      int[] samples = run.samples(step, row);
      for (int i = 0; i < places.length; i++) {
        double[] probabilities =
            FilteredProbabilities.of(run.logits(step, row, i), temperature, run.filter());
        double before = 0;
        for (int id = 0; id < samples[i]; id++) {
          before += probabilities[id];
        }
        uniforms[rank(places, i)] = before + probabilities[samples[i]] / 2;
      }
      return uniforms;
    }

    @Override
    public int[] places(int row, int target, int rowStep, int[] open, int count) {
      int[] places = run.places(step, pass, row);
      Arrays.sort(places);
      return places;
    }

    void compare(SamplingStep done) {
      if (target(done.target()).scheme() == DecodingScheme.AUTOREGRESSIVE) {
        compareToken(done);
        return;
      }
      float[] logits = done.logits().get();
      int at = 0;
      for (SamplingStep.Row row : done.rows()) {
        int[] places = run.places(step, 0, row.row());
        int[] samples = run.samples(step, row.row());
        double[] probabilities = run.probabilities(step, row.row());
        int vocabulary = run.logits(step, row.row(), 0).length;
        assertThat(row.candidates()).hasSameSizeAs(places);
        for (int i = 0; i < places.length; i++) {
          int ours = rank(places, i);
          int from = (at + ours) * vocabulary;
          assertThat(row.candidates()[ours]).isEqualTo(places[i]);
          assertClose(
              "logits of step " + step + ", place " + places[i],
              Arrays.copyOfRange(logits, from, from + vocabulary),
              run.logits(step, row.row(), i),
              TOLERANCE);
          assertThat(row.ids()[ours]).as("token at " + places[i]).isEqualTo(samples[i]);
          assertThat(row.probabilities()[ours]).isCloseTo(probabilities[i], within(TOLERANCE));
        }
        at += places.length;
        compareSettled(row, places);
      }
      step++;
    }

    /** What the reference settled is what it did not look at any more in the next step. */
    private void compareSettled(SamplingStep.Row row, int[] places) {
      boolean next =
          target(0).scheme() == DecodingScheme.MASKGIT
              && run.has("step" + (step + 1) + ".positions_pass0");
      int[] settled = places.clone();
      if (next) {
        int[] open = run.places(step + 1, 0, row.row());
        if (open.length < places.length) {
          settled =
              Arrays.stream(places)
                  .filter(place -> Arrays.stream(open).noneMatch(other -> other == place))
                  .toArray();
        }
      }
      Arrays.sort(settled);
      if (next || settled.length == row.settled().length) {
        assertThat(row.settled()).as("settled in step " + step).isEqualTo(settled);
      }
    }

    private void compareToken(SamplingStep done) {
      if (done.step() == 0) {
        texts++;
      }
      int[] all = run.golden.ids(run.tensor("autoregressive" + (texts - 1) + ".ids"));
      for (SamplingStep.Row row : done.rows()) {
        assertThat(row.ids()[0])
            .as("token " + done.step() + " of row " + row.row())
            .isEqualTo(run.row(all, row.row())[done.step() + 1]);
      }
    }
  }
}
