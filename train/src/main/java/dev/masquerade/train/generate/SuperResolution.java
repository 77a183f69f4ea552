package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands what one model made to a second one, which makes more tokens of the same picture: {@code
 * tok_rgb@448} from {@code tok_rgb@224}, beside whatever else both models see.
 */
public final class SuperResolution {

  private SuperResolution() {}

  /**
   * What the second model will do, known before the first one begins.
   *
   * @param shown modalities that it will see
   * @param targets that it makes
   */
  public record Order(Set<ModalityName> shown, List<ModalityName> targets) {
    public Order {
      shown = Collections.unmodifiableSet(new LinkedHashSet<>(shown));
      targets = List.copyOf(targets);
    }
  }

  /**
   * Finds out what the second model sees of what the first one will make, and what of it it makes
   * finer.
   *
   * @param prompt of the first model
   * @param plan of the first model
   * @throws GenerationRefusedException if it sees nothing of it, makes nothing finer, or has other
   *     vocabularies
   */
  public static Order order(Generator first, Generator second, Prompt prompt, SamplingPlan plan) {
    Set<ModalityName> shown = new LinkedHashSet<>();
    for (Condition condition : prompt.conditions()) {
      if (sees(second, condition.modality(), condition.tokens().length())) {
        requireSame(first, second, condition.modality());
        shown.add(condition.modality());
      }
    }
    List<ModalityName> made = plan.targets().stream().map(TargetPlan::target).toList();
    boolean taken = false;
    List<ModalityName> targets = new ArrayList<>();
    for (ModalityName name : made) {
      int places = first.modalities().spec(name).layout().maxTokens();
      if (sees(second, name, places)) {
        requireSame(first, second, name);
        shown.add(name);
        taken = true;
      }
      for (ModalityName target : second.modalities().targets()) {
        if (target.base().equals(name.base())
            && !targets.contains(target)
            && second.modalities().spec(target).layout() instanceof TokenLayout.Grid grid
            && grid.places() > places) {
          targets.add(target);
        }
      }
    }
    if (!taken) {
      throw new GenerationRefusedException(
          "the second model sees nothing of what the first one makes, which is "
              + ModalityChoice.listed(made)
              + ". It sees "
              + ModalityChoice.listed(second.modalities().inputs()));
    }
    if (targets.isEmpty()) {
      throw new GenerationRefusedException(
          "the second model makes nothing finer of what the first one makes. It makes "
              + ModalityChoice.listed(second.modalities().targets()));
    }
    return new Order(shown, targets);
  }

  /**
   * Returns the prompts of the second model.
   *
   * @param second the model with more tokens
   * @param prompts of the first model
   * @param made by the first model, in the same order
   */
  public static List<Prompt> prompts(
      Generator second, List<Prompt> prompts, List<GeneratedSample> made) {
    List<Prompt> finer = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Map<ModalityName, Condition> conditions = new LinkedHashMap<>();
      for (Condition condition : prompts.get(i).conditions()) {
        if (sees(second, condition.modality(), condition.tokens().length())) {
          conditions.put(condition.modality(), condition);
        }
      }
      for (GeneratedModality modality : made.get(i).modalities()) {
        ModalityName name = modality.name();
        if (sees(second, name, modality.ids().length)) {
          conditions.put(
              name, new Condition(name, modality.tokens(second.modalities().spec(name))));
        }
      }
      finer.add(
          new Prompt(
              prompts.get(i).key(), prompts.get(i).seed(), List.copyOf(conditions.values())));
    }
    return finer;
  }

  /** Refuses a modality by whose tokens the two models mean different things. */
  private static void requireSame(Generator first, Generator second, ModalityName name) {
    ModalitySpec one = first.modalities().spec(name);
    ModalitySpec other = second.modalities().spec(name);
    if (!isSame(one.space(), other.space()) || !marks(one).equals(marks(other))) {
      throw new GenerationRefusedException(
          "the models mean different tokens by "
              + name
              + ": the first one has "
              + ModelModalities.vocabulary(one)
              + ", the second one "
              + ModelModalities.vocabulary(other)
              + ". Take a second model that was trained with the tokenizer of the first");
    }
  }

  /**
   * Compares what stands at a place. Pixels are handed on as bytes, which each model normalises.
   */
  private static boolean isSame(TokenSpace one, TokenSpace other) {
    return one instanceof TokenSpace.Pixels pixels && other instanceof TokenSpace.Pixels others
        ? pixels.patchSize() == others.patchSize() && pixels.width() == others.width()
        : one.equals(other);
  }

  private static Optional<SpanMarks> marks(ModalitySpec spec) {
    return spec.layout() instanceof TokenLayout.Sequence sequence
        ? Optional.of(sequence.marks())
        : Optional.empty();
  }

  /** Says whether tokens of one model fit a modality of another. */
  private static boolean sees(Generator second, ModalityName name, int tokens) {
    if (!second.modalities().inputs().contains(name)) {
      return false;
    }
    TokenLayout layout = second.modalities().spec(name).layout();
    return !(layout instanceof TokenLayout.Grid grid) || grid.places() == tokens;
  }
}
