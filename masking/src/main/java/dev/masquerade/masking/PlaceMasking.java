package dev.masquerade.masking;

import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Masking for autoencoders: each modality hides places of its own grid, of which the encoder sees
 * the others and the decoder predicts those hidden. A modality that can only be a target is
 * predicted whole.
 *
 * @param maker masks every modality that has no maker of its own
 * @param own makers of single modalities, for example masks given by hand
 */
public record PlaceMasking(PlaceMaker maker, Map<ModalityName, PlaceMaker> own)
    implements MaskingRule {

  public PlaceMasking {
    own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
  }

  /** Masks all modalities in the same way, each by draws of its own. */
  public PlaceMasking(PlaceMaker maker) {
    this(maker, Map.of());
  }

  /** Returns what masks a modality. */
  public PlaceMaker maker(ModalityName modality) {
    return own.getOrDefault(modality, maker);
  }

  @Override
  public List<String> problems(List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    RunModalities.reportUnknown(
        own.keySet(), "place masking", RunModalities.names(modalities), problems);
    RunModalities.reportUnfitForAutoencoding(modalities, problems);
    for (ModalitySpec spec : modalities) {
      if (spec.isInput() && spec.layout() instanceof TokenLayout.Grid grid) {
        for (String problem :
            maker(spec.name()).problems(new PlaceGrid(grid.rows(), grid.columns()))) {
          problems.add(spec.name() + ": " + problem);
        }
      }
    }
    return problems;
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    RunModalities.refuse(problems(modalities));
    return new PlacePolicy(this, modalities);
  }
}
