package dev.masquerade.masking;

import dev.masquerade.masking.budget.BudgetLimits;
import dev.masquerade.masking.budget.DirichletShares;
import dev.masquerade.masking.budget.ShareDraws;
import dev.masquerade.masking.budget.TokenBudgets;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Masks by a {@link MaskingMixture}. */
final class MixturePolicy implements MaskingPolicy {

  private final List<ModalitySpec> modalities;
  private final MaskingMixture mixture;
  private final TokenBudgets budgets;
  private final double[] cumulativeWeights;
  private final List<int[]> inputTakers = new ArrayList<>();
  private final List<int[]> targetTakers = new ArrayList<>();
  private final List<KeepScheme[]> keeps = new ArrayList<>();
  private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

  MixturePolicy(MaskingMixture mixture, List<ModalitySpec> modalities) {
    this.mixture = mixture;
    this.modalities = List.copyOf(modalities);
    List<BudgetLimits> limits = new ArrayList<>();
    for (ModalitySpec spec : modalities) {
      TokenRange range = mixture.limits(spec);
      boolean exclusive = spec.layout() instanceof TokenLayout.Grid;
      limits.add(new BudgetLimits(range.min(), range.max(), exclusive));
    }
    budgets = new TokenBudgets(limits, TokenBudgets.ATTEMPTS);
    cumulativeWeights = new double[mixture.components().size()];
    double sum = 0;
    for (int i = 0; i < cumulativeWeights.length; i++) {
      MaskingComponent component = mixture.components().get(i);
      sum += component.weight();
      cumulativeWeights[i] = sum;
      inputTakers.add(takers(component, ModalityShare::inputConcentration));
      targetTakers.add(takers(component, ModalityShare::targetConcentration));
      keeps.add(
          modalities.stream()
              .map(spec -> component.share(spec.name()).keep())
              .toArray(KeepScheme[]::new));
    }
  }

  @Override
  public void mask(
      List<@Nullable TokenizedModality> sample,
      UniformRandomProvider rng,
      MaskedBatch batch,
      int row) {
    Workspace workspace = workspaces.get();
    workspace.use(rng);
    int component = workspace.drawBudgets();
    if (!workspace.minimaMet) {
      batch.countRetryLimitHit();
    }
    workspace.mask(component, sample, batch, row);
  }

  /** Returns the budgets of the row that the calling thread masked last, for tests. */
  Workspace workspace() {
    return workspaces.get();
  }

  private int[] takers(MaskingComponent component, ToDoubleFunction<ModalityShare> concentration) {
    return IntStream.range(0, modalities.size())
        .filter(m -> concentration.applyAsDouble(component.share(modalities.get(m).name())) > 0)
        .toArray();
  }

  private ShareDraws shares(
      MaskingComponent component,
      int[] takers,
      ToDoubleFunction<ModalityShare> concentration,
      UniformRandomProvider rng) {
    double[] concentrations =
        IntStream.of(takers)
            .mapToDouble(
                m -> concentration.applyAsDouble(component.share(modalities.get(m).name())))
            .toArray();
    return new DirichletShares(concentrations, rng);
  }

  /** Scratch and samplers of one thread. */
  final class Workspace {

    final int[] input = new int[modalities.size()];
    final int[] target = new int[modalities.size()];
    int component;
    int encoderTokens;
    int decoderTokens;
    boolean minimaMet;

    private final double[] shares = new double[modalities.size()];
    private final RelayedStream stream = new RelayedStream(() -> 0);
    private final RandomTokenDraws draws;
    private final ModalityMasking[] maskings;
    private final ShareDraws[] inputShares;
    private final ShareDraws[] targetShares;

    Workspace() {
      int most = 1;
      maskings = new ModalityMasking[modalities.size()];
      for (int m = 0; m < maskings.length; m++) {
        maskings[m] = ModalityMasking.of(modalities.get(m));
        most = Math.max(most, modalities.get(m).layout().places());
      }
      draws = new RandomTokenDraws(most, stream);
      int components = mixture.components().size();
      inputShares = new ShareDraws[components];
      targetShares = new ShareDraws[components];
      for (int i = 0; i < components; i++) {
        MaskingComponent declared = mixture.components().get(i);
        inputShares[i] =
            shares(declared, inputTakers.get(i), ModalityShare::inputConcentration, stream);
        targetShares[i] =
            shares(declared, targetTakers.get(i), ModalityShare::targetConcentration, stream);
      }
    }

    private void use(UniformRandomProvider rng) {
      stream.use(rng);
      draws.use(rng);
    }

    private int drawBudgets() {
      component = drawComponent();
      encoderTokens = drawCount(mixture.encoderTokens());
      decoderTokens = drawCount(mixture.decoderTokens());
      boolean inputMet =
          budgets.shareInput(
              encoderTokens, inputTakers.get(component), inputShares[component], shares, input);
      boolean targetMet =
          budgets.shareTarget(
              decoderTokens,
              targetTakers.get(component),
              targetShares[component],
              shares,
              input,
              target);
      minimaMet = inputMet && targetMet;
      return component;
    }

    private int drawComponent() {
      int last = cumulativeWeights.length - 1;
      if (last == 0) {
        return 0;
      }
      double drawn = draws.unit() * cumulativeWeights[last];
      int i = 0;
      while (i < last && drawn >= cumulativeWeights[i]) {
        i++;
      }
      return i;
    }

    private int drawCount(TokenRange range) {
      return range.min() == range.max()
          ? range.min()
          : range.min() + draws.below(range.max() - range.min() + 1);
    }

    private void mask(
        int component, List<@Nullable TokenizedModality> sample, MaskedBatch batch, int row) {
      KeepScheme[] keep = keeps.get(component);
      for (int m = 0; m < maskings.length; m++) {
        TokenizedModality tokens = sample.get(m);
        if (tokens != null) {
          maskings[m].mask(tokens, input[m], target[m], keep[m], draws, batch.parts().get(m), row);
        }
      }
    }
  }
}
