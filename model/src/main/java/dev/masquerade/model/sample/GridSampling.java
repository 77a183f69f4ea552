package dev.masquerade.model.sample;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.RowArithmetic;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/** Generates grids: MaskGIT and ROAR. */
final class GridSampling {

  private final MaskedModel model;
  private final Precision precision;
  private final TokenSampler tokens;

  GridSampling(MaskedModel model, Precision precision, TokenSampler tokens) {
    this.model = model;
    this.precision = precision;
    this.tokens = tokens;
  }

  /** Generates one target on canvases that ask for it. */
  void sample(
      List<Sampler.CanvasRow> rows,
      ModalitySpec spec,
      TargetPlan plan,
      int target,
      Draws draws,
      SamplingListener listener) {
    List<Pass> passes = Pass.of(plan);
    double[] weights = Pass.weights(passes);
    RowArithmetic arithmetic = PlanArithmetic.of(plan, precision, model.parameters().device());
    PassBatch batch = new PassBatch(model.modalities(), rows.size() * passes.size());
    List<OpenRow> open = new ArrayList<>();
    int steps = 0;
    for (Sampler.CanvasRow row : rows) {
      OpenRow opened = new OpenRow(row, plan);
      open.add(opened);
      steps = Math.max(steps, opened.steps());
    }
    boolean changed = true;
    for (int step = 0; !open.isEmpty(); step++) {
      if (changed) {
        batch.fill(open.stream().map(row -> row.canvas).toList(), passes);
      }
      List<int[]> candidates = new ArrayList<>();
      for (int r = 0; r < open.size(); r++) {
        int[] places = open.get(r).candidates(plan.scheme(), target, step, draws);
        candidates.add(places);
        batch.ask(spec.name(), r, places, true);
      }
      try (StepScope scope = StepScope.open(model.parameters().manager());
          PackedBatch packed = batch.pack()) {
        NDArray logits = model.encodeAndDecode(packed, spec, weights, arithmetic, scope);
        List<RowDraws> rowDraws = new ArrayList<>();
        for (int r = 0; r < open.size(); r++) {
          OpenRow row = open.get(r);
          rowDraws.add(
              new RowDraws(
                  row.temperature(step),
                  draws.uniforms(row.number, target, step, candidates.get(r))));
        }
        List<Drawn> drawn = RowDraws.draw(tokens, logits, plan.filter(), rowDraws, scope);
        List<SamplingStep.Row> told = new ArrayList<>();
        for (int r = 0; r < open.size(); r++) {
          batch.ask(spec.name(), r, candidates.get(r), false);
          told.add(settle(open.get(r), candidates.get(r), drawn.get(r), step, batch, r, spec));
        }
        listener.step(
            new SamplingStep(target, spec.name(), step, steps, told, logits::toFloatArray));
      }
      int done = step + 1;
      changed = open.removeIf(row -> row.finish(done));
    }
  }

  private static SamplingStep.Row settle(
      OpenRow row,
      int[] candidates,
      Drawn drawn,
      int step,
      PassBatch batch,
      int r,
      ModalitySpec spec) {
    // ROAR has as many candidates as it keeps.
    int[] chosen =
        PlaceChoice.likeliest(drawn.probabilities(), drawn.unfiltered(), row.tokens(step));
    int[] settled = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      settled[i] = candidates[chosen[i]];
      int id = drawn.ids()[chosen[i]];
      row.grid.settle(settled[i], id);
      batch.settle(spec.name(), r, settled[i], id);
    }
    return new SamplingStep.Row(
        row.number, candidates, drawn.ids(), drawn.probabilities(), settled);
  }

  /** A canvas while its grid is not done. */
  private static final class OpenRow {

    private final int number;
    private final Canvas canvas;
    private final GridPart grid;
    private final int[] schedule;
    private final double[] temperatures;

    /**
     * Takes the last steps of the plan's schedule, as if what is not asked for had been generated
     * in those before.
     */
    OpenRow(Sampler.CanvasRow row, TargetPlan plan) {
      number = row.number();
      canvas = row.canvas();
      ModalityName name = plan.target();
      grid = canvas.grid(name);
      int known = Math.max(0, plan.tokens() - grid.open().length);
      schedule = TokenSchedule.remaining(plan.tokensPerStep(), known);
      temperatures = plan.temperatures();
    }

    int steps() {
      return schedule.length;
    }

    int tokens(int step) {
      return schedule[step];
    }

    double temperature(int step) {
      return temperatures[temperatures.length - schedule.length + step];
    }

    int[] candidates(DecodingScheme scheme, int target, int step, Draws draws) {
      int[] open = grid.open();
      return scheme == DecodingScheme.ROAR
          ? draws.places(number, target, step, open, schedule[step])
          : open;
    }

    boolean finish(int steps) {
      if (steps < schedule.length) {
        return false;
      }
      // A plan may settle fewer places than were asked for.
      grid.stopAsking();
      return true;
    }
  }
}
