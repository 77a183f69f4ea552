package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes prompts of what a person names: conditions, which of their places are shown, and targets of
 * which a part is known. First say what is hidden or filled in, then what is seen.
 */
public final class PromptReader {

  /** Every row hides other places, whatever seeds are near each other. */
  private static final long ROWS = 0x9e3779b97f4a7c15L;

  private record Partial(ModalityName target, TokenizedModality.IdGrid known, HiddenPlaces asked) {}

  private final ModelModalities modalities;
  private final ConditionReader reader;
  private final Map<ModalityName, HiddenPlaces> hidden = new LinkedHashMap<>();
  private final Map<String, HiddenPlaces> asked = new LinkedHashMap<>();
  private final Map<ModalityName, TokenizedModality> seen = new LinkedHashMap<>();
  private final List<Partial> partial = new ArrayList<>();

  /**
   * Starts with nothing.
   *
   * @param remarks told what of a condition is not used
   */
  public PromptReader(Generator generator, Consumer<String> remarks) {
    this.modalities = generator.modalities();
    this.reader = generator.conditions(remarks);
  }

  /** Hides places of a condition. */
  public void keep(String name, HiddenPlaces places) {
    ModalityName input = modalities.input(name);
    HiddenPlaces.requireGrid(modalities, input);
    if (hidden.put(input, places) != null) {
      throw twice("places of " + input + " to show");
    }
  }

  /** Lets places of a target be filled in, the others being known. */
  public void inpaint(String name, HiddenPlaces places) {
    ModalityName target = modalities.target(name);
    HiddenPlaces.requireGrid(modalities, target);
    if (!modalities.spec(target).isInput()) {
      throw new GenerationRefusedException(
          target
              + " cannot be filled in: the model predicts it but never sees it. It sees "
              + ModalityChoice.listed(modalities.inputs()));
    }
    for (String other : asked.keySet()) {
      if (modalities.target(other).equals(target)) {
        throw twice("places of " + target + " to fill in");
      }
    }
    asked.put(name, places);
  }

  private static GenerationRefusedException twice(String what) {
    return new GenerationRefusedException(what + " are given twice; keep one");
  }

  /** Returns the modality of which places are filled in, where a person means one. */
  private Optional<String> filledIn(String name) {
    if (asked.containsKey(name) || asked.isEmpty()) {
      return Optional.of(name).filter(asked::containsKey);
    }
    ModalityName input = modalities.input(name);
    return asked.keySet().stream()
        .filter(other -> modalities.target(other).equals(input))
        .findFirst();
  }

  /**
   * Shows a file or a text.
   *
   * @param name as a person writes it
   * @param value see {@link ConditionReader#read}
   */
  public void see(String name, String value) throws IOException {
    Optional<String> filled = filledIn(name);
    if (filled.isPresent()) {
      ModalityName target = modalities.target(filled.get());
      requireOnce(target);
      if (!(reader.read(target, value) instanceof TokenizedModality.IdGrid known)) {
        throw new GenerationRefusedException(target + " is no grid of ids");
      }
      partial.add(new Partial(target, known, Objects.requireNonNull(asked.get(filled.get()))));
      return;
    }
    ModalityName input = modalities.input(name);
    requireOnce(input);
    seen.put(input, reader.read(input, value));
  }

  private void requireOnce(ModalityName name) {
    if (shown().contains(name)) {
      throw new GenerationRefusedException(name + " is given twice; keep one");
    }
  }

  /**
   * Refuses places to hide or fill in of what was never given.
   *
   * @throws GenerationRefusedException naming the first
   */
  public void requireUsed() {
    for (ModalityName name : hidden.keySet()) {
      if (!seen.containsKey(name)) {
        throw nothingGiven("--keep", name.value(), "hidden");
      }
    }
    for (String name : asked.keySet()) {
      ModalityName target = modalities.target(name);
      if (partial.stream().noneMatch(part -> part.target().equals(target))) {
        throw nothingGiven("--inpaint", name, "filled in");
      }
    }
  }

  private static GenerationRefusedException nothingGiven(String option, String name, String what) {
    return new GenerationRefusedException(
        option
            + " "
            + name
            + ": places are to be "
            + what
            + ", and nothing is given of it. Add --from "
            + name
            + "=FILE, or leave "
            + option
            + " out");
  }

  /** Returns the modalities that are shown, whole or in part. */
  public Set<ModalityName> shown() {
    Set<ModalityName> all = new LinkedHashSet<>(seen.keySet());
    partial.forEach(part -> all.add(part.target()));
    return all;
  }

  /**
   * Returns a prompt.
   *
   * @param seed of the row
   * @param planSeed with which it draws what is hidden
   */
  public Prompt prompt(String key, long seed, long planSeed) throws IOException {
    long draw = planSeed + seed * ROWS;
    List<Condition> conditions = new ArrayList<>();
    for (Map.Entry<ModalityName, TokenizedModality> entry : seen.entrySet()) {
      HiddenPlaces places = hidden.get(entry.getKey());
      conditions.add(
          places != null
                  && modalities.spec(entry.getKey()).layout() instanceof TokenLayout.Grid grid
              ? new Condition(
                  entry.getKey(), entry.getValue(), places.on(entry.getKey(), grid, draw))
              : new Condition(entry.getKey(), entry.getValue()));
    }
    List<PartialTarget> parts = new ArrayList<>();
    for (Partial part : partial) {
      TokenLayout.Grid grid = (TokenLayout.Grid) modalities.spec(part.target()).layout();
      parts.add(
          new PartialTarget(
              part.target(), part.known(), part.asked().on(part.target(), grid, draw)));
    }
    return new Prompt(key, seed, conditions, parts);
  }
}
