package dev.masquerade.masking;

import dev.masquerade.masking.budget.DirichletShares;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.RandomPlaceDraws;
import dev.masquerade.masking.place.TaskAllocation;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Shares out visible places over the modalities of a sample, as {@link TaskMasking} declares. */
final class TaskPolicy implements MaskingPolicy {

  private final TaskMasking rule;
  private final List<ModalitySpec> modalities;
  private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

  TaskPolicy(TaskMasking rule, List<ModalitySpec> modalities) {
    this.rule = rule;
    this.modalities = List.copyOf(modalities);
  }

  @Override
  public void mask(
      List<@Nullable TokenizedModality> sample,
      UniformRandomProvider rng,
      MaskedBatch batch,
      int row) {
    Workspace workspace = workspaces.get();
    workspace.use(rng);
    BitSet present = new BitSet();
    for (int m = 0; m < modalities.size(); m++) {
      TokenizedModality tokens = sample.get(m);
      if (tokens == null) {
        continue;
      }
      if (modalities.get(m).isInput()) {
        present.set(m);
      } else {
        workspace.maskings.get(m).maskAsTarget(tokens, batch.parts().get(m), row);
      }
    }
    if (present.isEmpty()) {
      return;
    }
    Tasks tasks = workspace.choose(present);
    for (int t = 0; t < tasks.numbers.length; t++) {
      int m = tasks.numbers[t];
      TokenizedModality tokens = sample.get(m);
      if (tokens != null) {
        workspace
            .maskings
            .get(m)
            .maskPlaces(tokens, tasks.choices.get(t), batch.parts().get(m), row);
      }
    }
  }

  /** The modalities of a sample that share the budget. */
  private final class Tasks {

    final int[] numbers;
    final TaskAllocation allocation;
    final List<PlaceChoice> choices = new ArrayList<>();

    Tasks(BitSet present) {
      numbers = present.stream().toArray();
      List<Integer> places = new ArrayList<>();
      for (int m : numbers) {
        places.add(modalities.get(m).layout().places());
        choices.add(new PlaceChoice(modalities.get(m).layout().places()));
      }
      int all = places.stream().mapToInt(Integer::intValue).sum();
      allocation = new TaskAllocation(Math.min(rule.visibleTokens(), all), places);
    }
  }

  /** Scratch and samplers of one thread. */
  private final class Workspace {

    final List<GridMasking> maskings = new ArrayList<>();
    private final RelayedStream stream = new RelayedStream(() -> 0);
    private final RandomPlaceDraws draws = new RandomPlaceDraws(stream);
    private final Map<BitSet, Tasks> tasks = new HashMap<>();
    private final Map<Integer, DirichletShares> shares = new HashMap<>();

    Workspace() {
      modalities.forEach(spec -> maskings.add(new GridMasking(spec)));
    }

    private void use(UniformRandomProvider rng) {
      stream.use(rng);
      draws.use(rng);
    }

    private Tasks choose(BitSet present) {
      Tasks chosen = tasks.computeIfAbsent(present, Tasks::new);
      int count = chosen.numbers.length;
      boolean[] taking = new boolean[count];
      int takers = drawTakers(taking);
      double[] drawn = new double[takers];
      shares.computeIfAbsent(takers, this::equal).draw(drawn);
      double[] all = new double[count];
      int next = 0;
      for (int t = 0; t < count; t++) {
        all[t] = taking[t] ? drawn[next++] : 0;
      }
      chosen.allocation.choose(chosen.allocation.wanted(all), draws, chosen.choices);
      return chosen;
    }

    // Coins that are tossed again while all show tails make every set but the empty one as likely.
    private int drawTakers(boolean[] taking) {
      if (!rule.subsets()) {
        Arrays.fill(taking, true);
        return taking.length;
      }
      int takers = 0;
      while (takers == 0) {
        for (int t = 0; t < taking.length; t++) {
          taking[t] = draws.below(2) == 1;
          takers += taking[t] ? 1 : 0;
        }
      }
      return takers;
    }

    private DirichletShares equal(int takers) {
      double[] concentrations = new double[takers];
      Arrays.fill(concentrations, rule.alpha());
      return new DirichletShares(concentrations, stream);
    }
  }
}
