package dev.masquerade.train.plan;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.sample.Canvas;
import dev.masquerade.model.weights.ModelDescription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a model can generate. */
final class Generated {

  private Generated() {}

  /** Returns the modalities that a model predicts as ids, in its order. */
  static List<ModalitySpec> by(ModelDescription model) {
    return model.modalities().stream().filter(Canvas::canBeGenerated).toList();
  }

  /** Returns a modality that the model generates, or nothing. */
  static Optional<ModalitySpec> find(ModelDescription model, String name) {
    return by(model).stream().filter(spec -> spec.name().value().equals(name)).findFirst();
  }

  /** Returns the names of what a model generates. */
  static List<String> names(ModelDescription model) {
    return values(by(model));
  }

  /** Returns the one whole name that a person means by its base; empty for none or several. */
  static Optional<String> meant(Collection<String> names, String written) {
    List<String> found =
        names.stream()
            .filter(
                name -> {
                  String base = new ModalityName(name).base();
                  return base.equals(written) || base.equals("tok_" + written);
                })
            .toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /** Returns the names of what a model takes as input. */
  static List<String> inputs(ModelDescription model) {
    return values(model.modalities().stream().filter(ModalitySpec::isInput).toList());
  }

  private static List<String> values(List<ModalitySpec> specs) {
    List<String> names = new ArrayList<>();
    specs.stream().map(ModalitySpec::name).map(ModalityName::value).forEach(names::add);
    return names;
  }

  /** Says whether tokens are settled one after another. */
  static boolean isSequence(ModalitySpec spec) {
    return spec.layout() instanceof TokenLayout.Sequence;
  }
}
