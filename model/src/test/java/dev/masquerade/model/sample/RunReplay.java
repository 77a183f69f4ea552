package dev.masquerade.model.sample;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Replays recorded runs of generation and compares all that was recorded of them. */
final class RunReplay {

  private RunReplay() {}

  /**
   * Replays a run.
   *
   * @param file JSON of a golden file
   * @param name of the run
   * @param remarks is told what of the run is not compared, where the reference's defects make it
   *     so
   */
  static void replay(Path file, String name, Consumer<String> remarks) throws IOException {
    try (GoldenGeneration golden = new GoldenGeneration(file);
        Sampler sampler = new Sampler(golden.model, Precision.FP32)) {
      replay(new GoldenRun(golden, name), sampler, remarks);
    }
  }

  private static void replay(GoldenRun run, Sampler sampler, Consumer<String> remarks) {
    List<Canvas> canvases = run.canvases();
    Replay replay = new Replay(run);
    try {
      List<SamplingPlan> plans = run.plans();
      for (int i = 0; i < plans.size(); i++) {
        replay.start(plans.get(i), i);
        sample(run, sampler, canvases, plans.get(i), replay);
      }
    } catch (Replay.PlacesMixed e) {
      remarks.accept(e.getMessage() + ", so only what comes before is compared");
      if (e.step() == 0) {
        compareMixture(run, sampler);
      }
      return;
    }
    compareResults(run, canvases, replay);
  }

  private static void sample(
      GoldenRun run, Sampler sampler, List<Canvas> canvases, SamplingPlan plan, Replay replay) {
    for (TargetPlan target : plan.targets()) {
      for (int row = 0; row < run.rows; row++) {
        run.askAgain(canvases.get(row), target.target(), row);
      }
    }
    sampler.sample(canvases, plan, replay, replay::compare);
  }

  private static void compareResults(GoldenRun run, List<Canvas> canvases, Replay replay) {
    replay.assumeNothingTakenBack(run.recorded().size());
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
          // Ours ends there; the reference goes on until a sentinel.
          expected = Arrays.stream(expected).takeWhile(id -> id != run.golden.end).toArray();
        }
        assertThat(text ? canvas.ids(target) : known(canvas.grid(target)))
            .as(target + " of row " + row)
            .isEqualTo(expected);
      }
    }
    assertThat(replay.texts()).as("texts compared").isEqualTo(texts(run));
    assertThat(replay.lastStep()).as("last step compared").isEqualTo(run.lastStep());
  }

  private static int[] known(GridPart grid) {
    int[] ids = grid.ids();
    return IntStream.range(0, ids.length).filter(grid::isKnown).map(i -> ids[i]).toArray();
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

  /** Conditional logits at the places of the first pass, unconditional ones at the second's. */
  private static void compareMixture(GoldenRun run, Sampler sampler) {
    SamplingPlan plan = run.plans().get(0);
    assumeTrue(
        plan.targets().get(0).guidance().conditions().size() == 1,
        () -> run + ": passes of several conditions that look at different places from the start");
    double weight = plan.targets().get(0).guidance().conditions().get(0).weight();
    float[] conditional = stepLogits(run, sampler, plan, 1, 0);
    float[] unconditional = stepLogits(run, sampler, plan, 0, 1);
    int vocabulary = run.logits(0, 0, 0).length;
    for (int row = 0; row < run.rows; row++) {
      int[] first = run.places(0, 0, row);
      int[] second = run.places(0, 1, row);
      for (int i = 0; i < first.length; i++) {
        int c = (row * first.length + Replay.rank(first, i)) * vocabulary;
        int u = (row * first.length + Replay.rank(second, i)) * vocabulary;
        float[] mixed = new float[vocabulary];
        for (int id = 0; id < vocabulary; id++) {
          mixed[id] =
              (float)
                  (unconditional[u + id] + weight * (conditional[c + id] - unconditional[u + id]));
        }
        assertClose("candidate " + i, mixed, run.logits(0, row, i), Replay.TOLERANCE);
      }
    }
  }

  /** Returns the logits of the first step, in which places are those of a pass. */
  private static float[] stepLogits(
      GoldenRun run, Sampler sampler, SamplingPlan plan, double weight, int pass) {
    TargetPlan target = plan.targets().get(0);
    Guidance guidance =
        new Guidance(
            List.of(
                new WeightedCondition(target.guidance().conditions().get(0).modalities(), weight)));
    List<float[]> first = new ArrayList<>();
    Draws draws =
        new Draws() {
          @Override
          public double[] uniforms(int row, int number, int step, int[] candidates) {
            return new double[candidates.length];
          }

          @Override
          public int[] places(int row, int number, int step, int[] open, int count) {
            int[] places = step == 0 ? run.places(0, pass, row) : Arrays.copyOf(open, count);
            Arrays.sort(places);
            return places;
          }
        };
    List<Canvas> canvases = run.canvases();
    sampler.sample(
        canvases,
        new SamplingPlan(List.of(target.with(guidance)), 1),
        draws,
        step -> first.add(step.logits().get()));
    return first.get(0);
  }
}
