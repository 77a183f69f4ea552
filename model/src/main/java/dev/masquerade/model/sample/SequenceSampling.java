package dev.masquerade.model.sample;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.RowArithmetic;
import dev.masquerade.model.TokenDecoder;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.transformer.CrossContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Generates texts, token by token. */
final class SequenceSampling {

  private final MaskedModel model;
  private final Precision precision;
  private final TokenSampler tokens;

  SequenceSampling(MaskedModel model, Precision precision, TokenSampler tokens) {
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
    PassBatch batch = new PassBatch(model.modalities(), rows.size() * passes.size());
    int[] contexts =
        batch.fillDistinct(rows.stream().map(Sampler.CanvasRow::canvas).toList(), passes);
    double[] temperatures = plan.temperatures();
    try (StepScope whole = StepScope.open(model.parameters().manager())) {
      TokenDecoder decoder = start(batch, contexts, spec, plan, passes, whole);
      List<Text> open = new ArrayList<>();
      rows.forEach(row -> open.add(new Text(row, spec, plan.tokens())));
      for (int step = 0; !open.isEmpty(); step++) {
        try (StepScope scope = StepScope.open(whole.manager())) {
          NDArray logits = decoder.next(open.stream().mapToInt(Text::last).toArray(), scope);
          List<RowDraws> rowDraws = new ArrayList<>();
          int[] rank = {step};
          for (Text text : open) {
            rowDraws.add(
                new RowDraws(temperatures[step], draws.uniforms(text.number, target, step, rank)));
          }
          List<Drawn> drawn = RowDraws.draw(tokens, logits, plan.filter(), rowDraws, scope);
          List<SamplingStep.Row> told = new ArrayList<>();
          for (int r = 0; r < open.size(); r++) {
            open.get(r).add(drawn.get(r).ids()[0]);
            told.add(
                new SamplingStep.Row(
                    open.get(r).number,
                    rank,
                    drawn.get(r).ids(),
                    drawn.get(r).probabilities(),
                    rank));
          }
          finish(open, decoder);
          listener.step(
              new SamplingStep(
                  target, spec.name(), step, plan.tokens(), told, logits::toFloatArray));
        }
      }
    }
  }

  private TokenDecoder start(
      PassBatch batch,
      int[] contexts,
      ModalitySpec spec,
      TargetPlan plan,
      List<Pass> passes,
      StepScope whole) {
    RowArithmetic arithmetic = PlanArithmetic.of(plan, precision, model.parameters().device());
    try (StepScope scope = StepScope.open(whole.manager());
        PackedBatch packed = batch.pack()) {
      CrossContext context = model.encode(packed, arithmetic, scope);
      return model.decodeTokens(
          context, contexts, spec, plan.tokens(), Pass.weights(passes), arithmetic, whole);
    }
  }

  /** Lets texts that are whole leave. */
  private static void finish(List<Text> open, TokenDecoder decoder) {
    int[] kept = new int[open.size()];
    int count = 0;
    List<Text> still = new ArrayList<>();
    for (int r = 0; r < open.size(); r++) {
      if (open.get(r).isWhole()) {
        open.get(r).complete();
      } else {
        kept[count++] = r;
        still.add(open.get(r));
      }
    }
    if (count < open.size()) {
      open.clear();
      open.addAll(still);
      if (count > 0) {
        decoder.keep(Arrays.copyOf(kept, count));
      }
    }
  }

  /** A canvas while its text is not whole. */
  private static final class Text {

    private final int number;
    private final Canvas canvas;
    private final ModalitySpec spec;
    private final SequencePart part;
    private final int[] ids;
    private int length = 1;

    Text(Sampler.CanvasRow row, ModalitySpec spec, int longest) {
      this.number = row.number();
      this.canvas = row.canvas();
      this.spec = spec;
      this.part = canvas.sequence(spec.name());
      this.ids = new int[longest + 1];
      this.ids[0] = part.firstToken();
    }

    int last() {
      return ids[length - 1];
    }

    void add(int id) {
      ids[length++] = id;
    }

    boolean isWhole() {
      return length == ids.length || part.ends(last());
    }

    void complete() {
      canvas.complete(spec.name(), part.completed(Arrays.copyOf(ids, length)));
    }
  }
}
