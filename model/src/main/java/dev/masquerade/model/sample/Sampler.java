package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.engine.Precision;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/*
 * How 4M generates [1], with what can be known beforehand computed once:
 *
 *  - The encoder sees all that is known, run again whenever that changes. The keys and values that
 *    the decoder's cross-attention makes of its output are computed with it, once for any number of
 *    decoder passes.
 *  - MaskGIT [2] and ROAR predict open places of a grid, which see each other; only places that are
 *    predicted in a step are decoded. MaskGIT settles those whose draw was the likeliest, without
 *    noise; at temperature 0 those whose likeliest token is the most probable. ROAR predicts random
 *    places and settles all of them.
 *  - Texts are decoded token by token with a cache of keys and values, while the encoder's input
 *    stays as it is. They go in where sentinels stand once they are whole.
 *  - The predictions that guidance [3] combines stand in one batch, without padding. A head is
 *    linear, so they are summed before it, and one product gives guided logits.
 *
 * Where we differ from the reference: every row has its own random order and its own end; passes of
 * one step look at the same places; every step has its own draws; texts are seen with or without an
 * end token.
 *
 * [1] 4M: Massively Multimodal Masked Modeling. https://arxiv.org/abs/2312.06647
 * [2] MaskGIT: Masked Generative Image Transformer. https://arxiv.org/abs/2202.04200
 * [3] Classifier-Free Diffusion Guidance. https://arxiv.org/abs/2207.12598
 */
/**
 * Generates what canvases ask for, as a plan says. For one thread.
 *
 * <p>The same plan, seeds and canvases give the same bits on a CPU. A canvas alone has the draws,
 * places and dtypes that it has among others, as none of them depends on the batch; its logits are
 * equal within 1e-4 in float32, since products of other sizes sum in another order, and within that
 * dtype's rounding in bfloat16. So it gets the same tokens, except where a draw falls within that
 * difference. Rows that are done leave the batch.
 */
public final class Sampler implements AutoCloseable {

  /** Logits of a step that may stand in memory at once: 256 MiB. */
  private static final long MOST_LOGITS = 1L << 26;

  private static final int MOST_ROWS = 64;

  private final MaskedModel model;
  private final TokenSampler tokens = new TokenSampler();
  private final GridSampling grids;
  private final SequenceSampling sequences;

  /**
   * Makes a sampler.
   *
   * @param model stays with the caller, who closes it after this
   * @param precision of large products
   */
  public Sampler(MaskedModel model, Precision precision) {
    this.model = model;
    this.grids = new GridSampling(model, precision, tokens);
    this.sequences = new SequenceSampling(model, precision, tokens);
  }

  /**
   * Generates.
   *
   * <p>A canvas that does not ask for a target of the plan keeps what it has of it. Every target of
   * the plan must be asked for by some canvas, and whatever a canvas asks for must be a target.
   *
   * @param rows any number of canvases, which receive the results
   * @param rowSeeds one per canvas: with the plan's own, what every draw of that row derives from
   * @param plan what is generated, in which order and how
   * @param listener is told of every step; with very many rows, of those of some rows before those
   *     of others
   * @throws IllegalArgumentException if the plan asks for what the model or a canvas cannot give
   */
  public void sample(
      List<Canvas> rows, long[] rowSeeds, SamplingPlan plan, SamplingListener listener) {
    if (rowSeeds.length != rows.size()) {
      throw new IllegalArgumentException(rows.size() + " rows, but " + rowSeeds.length + " seeds");
    }
    sample(rows, plan, new StreamDraws(plan.seed(), rowSeeds), listener);
  }

  void sample(List<Canvas> rows, SamplingPlan plan, Draws draws, SamplingListener listener) {
    for (Canvas canvas : rows) {
      if (!canvas.modalities().equals(model.modalities())) {
        throw new IllegalArgumentException(
            "a canvas was made for other modalities than the model's: " + canvas.modalities());
      }
    }
    check(rows, plan);
    int most = rowsAtOnce(plan);
    for (int from = 0; from < rows.size(); from += most) {
      int to = Math.min(rows.size(), from + most);
      List<TargetPlan> targets = plan.grown();
      for (int target = 0; target < targets.size(); target++) {
        List<CanvasRow> asking = new ArrayList<>();
        for (int row = from; row < to; row++) {
          if (rows.get(row).isAsked(targets.get(target).target())) {
            asking.add(new CanvasRow(row, rows.get(row)));
          }
        }
        if (!asking.isEmpty()) {
          sample(asking, targets.get(target), target, draws, listener);
        }
      }
    }
  }

  /**
   * A canvas among all.
   *
   * @param number its place among those given
   */
  record CanvasRow(int number, Canvas canvas) {}

  private void sample(
      List<CanvasRow> rows, TargetPlan plan, int target, Draws draws, SamplingListener listener) {
    ModalitySpec spec = spec(plan.target());
    switch (plan.scheme()) {
      case MASKGIT, ROAR -> grids.sample(rows, spec, plan, target, draws, listener);
      case AUTOREGRESSIVE -> sequences.sample(rows, spec, plan, target, draws, listener);
    }
  }

  private int rowsAtOnce(SamplingPlan plan) {
    long most = 1;
    for (TargetPlan target : plan.targets()) {
      ModalitySpec spec = spec(target.target());
      long vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
      boolean grid = spec.layout() instanceof TokenLayout.Grid;
      most = Math.max(most, vocabulary * (grid ? target.tokens() : 1));
    }
    return (int) Math.max(1, Math.min(MOST_ROWS, MOST_LOGITS / most));
  }

  private void check(List<Canvas> rows, SamplingPlan plan) {
    Set<ModalityName> shown = new LinkedHashSet<>();
    for (ModalitySpec spec : model.modalities()) {
      if (rows.stream().anyMatch(canvas -> canvas.isSeen(spec.name()))) {
        shown.add(spec.name());
      }
    }
    List<String> problems = PlanProblems.of(model.modalities(), plan, shown);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    Set<ModalityName> generated = new LinkedHashSet<>();
    for (TargetPlan target : plan.targets()) {
      ModalityName name = target.target();
      if (rows.stream().noneMatch(canvas -> canvas.isAsked(name))) {
        throw new IllegalArgumentException(
            "the plan generates " + name + ", but no canvas asks for it");
      }
      generated.add(name);
    }
    for (Canvas canvas : rows) {
      for (ModalityName asked : canvas.asked()) {
        if (!generated.contains(asked)) {
          throw new IllegalArgumentException(
              "a canvas asks for " + asked + ", but the plan generates only " + generated);
        }
      }
    }
  }

  private ModalitySpec spec(ModalityName name) {
    return model.modalities().stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the model has no modality " + name));
  }

  @Override
  public void close() {
    tokens.close();
  }
}
