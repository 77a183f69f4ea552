package dev.masquerade.masking;

import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.RandomPlaceDraws;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Masks each modality by its place maker, as {@link PlaceMasking} declares. */
final class PlacePolicy implements MaskingPolicy {

  private final PlaceMasking rule;
  private final List<ModalitySpec> modalities;
  private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

  PlacePolicy(PlaceMasking rule, List<ModalitySpec> modalities) {
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
    workspace.draws.use(rng);
    for (int m = 0; m < modalities.size(); m++) {
      TokenizedModality tokens = sample.get(m);
      MaskedBatch.Part part = batch.parts().get(m);
      if (tokens == null) {
        continue;
      }
      GridMasking masking = workspace.maskings.get(m);
      if (!part.spec.isInput()) {
        masking.maskAsTarget(tokens, part, row);
        continue;
      }
      PlaceChoice choice = workspace.choices.get(m);
      rule.maker(part.spec.name()).choose(workspace.grids.get(m), workspace.draws, choice);
      masking.maskPlaces(tokens, choice, part, row);
    }
  }

  /** Scratch of one thread. */
  private final class Workspace {

    final RandomPlaceDraws draws = new RandomPlaceDraws(() -> 0);
    final List<GridMasking> maskings = new ArrayList<>();
    final List<PlaceGrid> grids = new ArrayList<>();
    final List<PlaceChoice> choices = new ArrayList<>();

    Workspace() {
      for (ModalitySpec spec : modalities) {
        TokenLayout.Grid grid = (TokenLayout.Grid) spec.layout();
        maskings.add(new GridMasking(spec));
        grids.add(new PlaceGrid(grid.rows(), grid.columns()));
        choices.add(new PlaceChoice(grid.places()));
      }
    }
  }
}
