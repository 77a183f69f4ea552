package dev.masquerade.train;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.lora.AdapterNames;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.PositionResizing;
import dev.masquerade.model.weights.Resampling;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.model.weights.released.RenamedTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the tensors of one 4M model serve another: which stands for which, and what is done to those
 * of another shape.
 *
 * <ul>
 *   <li>A modality that the weights do not know takes the tensors of its other size, if there is
 *       just one: {@code tok_rgb@448} those of {@code tok_rgb@224}.
 *   <li>Learned positions of a grid are resized; of a sequence the first rows are kept.
 *   <li>A vocabulary that grew keeps its old rows, whose ids stay what they were; further rows are
 *       new. Of one that shrank the first rows are kept.
 *   <li>A head that was tied to an embedding and no longer is starts as a copy of it.
 * </ul>
 */
final class FourMStart {

  private static final String ENCODER = "encoder_embeddings.";
  private static final String DECODER = "decoder_embeddings.";

  /** Changes the values a tensor would start with into those it gets. */
  @FunctionalInterface
  interface Adjustment {
    float[] of(ParameterInitialiser otherwise, ParameterSpec spec);
  }

  private final FourMDescription from;
  private final FourMDescription to;
  private final TensorSource stored;
  private final ParameterLayout fromLayout;
  private final ParameterLayout toLayout;
  private final Map<String, String> relatives;
  private final Map<String, Adjustment> adjustments = new HashMap<>();
  private final Map<String, StartReport.Fate> fates = new HashMap<>();

  FourMStart(FourMDescription from, FourMDescription to, TensorSource stored) {
    this.from = from;
    this.to = to;
    this.stored = stored;
    this.fromLayout = from.layout();
    this.toLayout = to.layout();
    this.relatives = relatives(from, to);
  }

  /** Returns modalities of the new model by the names of those whose tensors they take. */
  Map<String, String> relatives() {
    return relatives;
  }

  private static Map<String, String> relatives(FourMDescription from, FourMDescription to) {
    Map<String, String> relatives = new LinkedHashMap<>();
    List<String> known = names(from);
    for (ModalitySpec modality : to.modalities()) {
      ModalityName name = modality.name();
      if (!known.contains(name.value())) {
        List<String> others =
            known.stream()
                .filter(other -> new ModalityName(other).base().equals(name.base()))
                .toList();
        if (others.size() == 1) {
          relatives.put(name.value(), others.get(0));
        }
      }
    }
    return relatives;
  }

  private static List<String> names(FourMDescription model) {
    return model.modalities().stream().map(spec -> spec.name().value()).toList();
  }

  /** Returns the stored tensors under the names of the new model. */
  TensorSource renamed() throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    for (ParameterSpec spec : toLayout.parameters()) {
      find(spec.name()).ifPresent(there -> names.put(spec.name(), there));
    }
    return new RenamedTensors(stored, names);
  }

  private Optional<String> find(String name) {
    for (String candidate : candidates(name)) {
      if (stored.find(candidate).isPresent()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private List<String> candidates(String name) {
    List<String> candidates = new ArrayList<>(List.of(name, AdapterNames.without(name)));
    modalityOf(name)
        .map(relatives::get)
        .ifPresent(
            relative -> {
              String prefix = name.substring(0, ENCODER.length());
              String rest = name.substring(prefix.length());
              String modality = modalityOf(name).orElse("");
              candidates.add(prefix + relative + rest.substring(modality.length()));
            });
    // The twin of a tensor that was stored once.
    for (String candidate : List.copyOf(candidates)) {
      if (fromLayout.contains(candidate)) {
        String owner = fromLayout.owner(candidate);
        candidates.add(owner);
        candidates.addAll(fromLayout.twins(owner));
      }
    }
    return candidates;
  }

  /** Returns the modality a tensor of an embedding belongs to. */
  private Optional<String> modalityOf(String name) {
    if (!name.startsWith(ENCODER) && !name.startsWith(DECODER)) {
      return Optional.empty();
    }
    String rest = name.substring(ENCODER.length());
    return names(to).stream().filter(modality -> rest.startsWith(modality + ".")).findFirst();
  }

  /** Finds out what can be made of the tensors of other shapes. */
  void adjust(WeightMatch match, TensorSource renamed) {
    for (WeightMatch.Difference difference : match.differing()) {
      String owner = toLayout.owner(difference.name());
      ParameterSpec spec = toLayout.get(owner);
      if (!adjustments.containsKey(owner) && spec.learnt() && sameWidth(difference)) {
        if (difference.name().endsWith(".pos_emb")) {
          positions(difference, owner, renamed);
        } else if (difference.name().endsWith(".token_emb.weight")
            || difference.name().endsWith(".to_logits.weight")) {
          rows(difference, owner, renamed, 0);
        }
      }
    }
  }

  private static boolean sameWidth(WeightMatch.Difference difference) {
    int axes = difference.expected().size();
    return axes == difference.found().size()
        && difference.expected().get(axes - 1).equals(difference.found().get(axes - 1));
  }

  private void positions(WeightMatch.Difference table, String owner, TensorSource renamed) {
    String modality = modalityOf(table.name()).orElse("");
    Optional<TokenLayout.Grid> now = grid(to, modality);
    Optional<TokenLayout.Grid> then = grid(from, relatives.getOrDefault(modality, modality));
    boolean fits =
        now.isPresent()
            && then.isPresent()
            && table.found().get(1) == then.get().places()
            && table.expected().get(1) == now.get().places();
    if (!fits) {
      rows(table, owner, renamed, 1);
      return;
    }
    int width = Math.toIntExact(table.found().get(2));
    adjustments.put(
        owner,
        (otherwise, spec) ->
            PositionResizing.places(
                InitialWeights.floats(renamed, table.name()),
                0,
                width,
                then.get().rows(),
                then.get().columns(),
                now.get().rows(),
                now.get().columns(),
                Resampling.BICUBIC));
    fates.put(owner, StartReport.Fate.INTERPOLATED);
  }

  private static Optional<TokenLayout.Grid> grid(FourMDescription model, String modality) {
    return model.modalities().stream()
        .filter(spec -> spec.name().value().equals(modality))
        .map(ModalitySpec::layout)
        .filter(TokenLayout.Grid.class::isInstance)
        .map(TokenLayout.Grid.class::cast)
        .findFirst();
  }

  /** Keeps the rows that both have. */
  private void rows(WeightMatch.Difference table, String owner, TensorSource renamed, int axis) {
    boolean grew = table.expected().get(axis) > table.found().get(axis);
    adjustments.put(
        owner,
        (otherwise, spec) -> {
          float[] rows = InitialWeights.floats(renamed, table.name());
          float[] values = otherwise.values(spec);
          System.arraycopy(rows, 0, values, 0, Math.min(rows.length, values.length));
          return values;
        });
    fates.put(owner, grew ? StartReport.Fate.GROWN : StartReport.Fate.CUT);
  }

  /** Returns what is done to a tensor, if anything is. */
  Optional<Adjustment> adjustment(String owner) {
    return Optional.ofNullable(adjustments.get(owner));
  }

  /** Returns what becomes of a tensor that was adjusted. */
  Optional<StartReport.Fate> fate(String owner) {
    return Optional.ofNullable(fates.get(owner));
  }
}
