package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.sample.SamplingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands what one model made to a second one, which makes more tokens of the same picture: {@code
 * tok_rgb@448} from {@code tok_rgb@224}, beside whatever else both models see.
 */
public final class SuperResolution {

  private SuperResolution() {}

  /**
   * Returns the prompts of the second model.
   *
   * @param second the model with more tokens
   * @param prompts of the first model
   * @param made by the first model, in the same order
   * @throws GenerationRefusedException if the second model sees nothing of what was made
   */
  public static List<Prompt> prompts(
      Generator second, List<Prompt> prompts, List<GeneratedSample> made) {
    List<Prompt> finer = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Map<ModalityName, Condition> conditions = new LinkedHashMap<>();
      for (Condition condition : prompts.get(i).conditions()) {
        if (sees(second, condition.modality(), condition.tokens())) {
          conditions.put(condition.modality(), condition);
        }
      }
      boolean taken = false;
      for (GeneratedModality modality : made.get(i).modalities()) {
        ModalityName name = modality.name();
        if (second.modalities().inputs().contains(name)) {
          TokenizedModality tokens = modality.tokens(second.modalities().spec(name));
          if (sees(second, name, tokens)) {
            conditions.put(name, new Condition(name, tokens));
            taken = true;
          }
        }
      }
      if (!taken) {
        throw new GenerationRefusedException(
            "the second model sees nothing of what the first one made, which is "
                + ModalityChoice.listed(
                    made.get(i).modalities().stream().map(GeneratedModality::name).toList())
                + ". It sees "
                + ModalityChoice.listed(second.modalities().inputs()));
      }
      finer.add(
          new Prompt(
              prompts.get(i).key(), prompts.get(i).seed(), List.copyOf(conditions.values())));
    }
    return finer;
  }

  /** Returns what the second model is shown. */
  public static Set<ModalityName> shown(List<Prompt> finer) {
    Set<ModalityName> shown = new LinkedHashSet<>();
    finer.get(0).conditions().forEach(condition -> shown.add(condition.modality()));
    return shown;
  }

  /**
   * Returns a plan for all that the second model makes finer.
   *
   * @throws GenerationRefusedException if it makes nothing finer of what was made
   */
  public static SamplingPlan plan(
      Generator second, List<Prompt> finer, GeneratedSample made, long seed) {
    List<ModalityName> targets = new ArrayList<>();
    for (GeneratedModality modality : made.modalities()) {
      for (ModalityName target : second.modalities().targets()) {
        ModalitySpec spec = second.modalities().spec(target);
        if (target.base().equals(modality.name().base())
            && spec.layout() instanceof TokenLayout.Grid grid
            && grid.places() > modality.ids().length) {
          targets.add(target);
        }
      }
    }
    if (targets.isEmpty()) {
      throw new GenerationRefusedException(
          "the second model makes nothing finer of what the first one made. It makes "
              + ModalityChoice.listed(second.modalities().targets()));
    }
    return second.defaultPlan(shown(finer), targets, seed);
  }

  /** Says whether tokens of one model fit a modality of another. */
  private static boolean sees(Generator second, ModalityName name, TokenizedModality tokens) {
    if (!second.modalities().inputs().contains(name)) {
      return false;
    }
    TokenLayout layout = second.modalities().spec(name).layout();
    return !(layout instanceof TokenLayout.Grid grid) || grid.places() == tokens.length();
  }
}
