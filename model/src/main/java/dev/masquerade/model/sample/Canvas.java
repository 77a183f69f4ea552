package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.NearestName;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One sample in the making: what is known of it, and what is to be generated. A {@link Sampler}
 * paints on it. For one thread.
 *
 * <p>Modalities that are neither seen nor asked for are not there. What was generated is known, and
 * seen by targets after it.
 */
public final class Canvas {

  private final List<ModalitySpec> modalities;
  private final Map<ModalityName, CanvasPart> parts = new LinkedHashMap<>();
  private final List<String> remarks = new ArrayList<>();

  /**
   * Starts with nothing known.
   *
   * @param modalities those of the model, in its order
   */
  public Canvas(List<ModalitySpec> modalities) {
    this.modalities = List.copyOf(modalities);
  }

  /** Returns the modalities it was made for. */
  public List<ModalitySpec> modalities() {
    return modalities;
  }

  /**
   * Lets the model see a modality as a condition.
   *
   * <p>A text is cut after its end token; sentinels in it stand for text that may be missing there,
   * and are numbered anew from 1. One longer than the model takes is cut, which {@link #remarks}
   * tells.
   *
   * @param tokens as the modality's spec has them; not copied
   * @throws IllegalArgumentException if they are of another kind, size or vocabulary, or if the
   *     model cannot see the modality
   */
  public void see(ModalityName name, TokenizedModality tokens) {
    see(name, tokens, new boolean[tokens.length()]);
  }

  /**
   * Lets the model see a part of a modality.
   *
   * @param ignored true for every token that is not to be seen. In a text each run of them becomes
   *     one sentinel
   * @see #see(ModalityName, TokenizedModality)
   */
  public void see(ModalityName name, TokenizedModality tokens, boolean[] ignored) {
    ModalitySpec spec = spec(name);
    if (!spec.isInput()) {
      throw new IllegalArgumentException(
          name + " cannot be a condition: this model never sees it. It sees " + inputs());
    }
    if (ignored.length != tokens.length()) {
      throw new IllegalArgumentException(
          name + ": " + tokens.length() + " tokens, but " + ignored.length + " flags");
    }
    parts.put(name, CanvasPart.seen(spec, tokens, ignored, remarks));
  }

  /**
   * Asks for all of a modality that is not seen: every hidden place of a grid; the whole of a text,
   * or what stands for its sentinels where it is seen in part.
   *
   * @throws IllegalArgumentException if the model does not predict it, or nothing of it is missing
   */
  public void ask(ModalityName name) {
    ModalitySpec spec = target(name);
    parts.put(name, CanvasPart.asked(spec, parts.get(name)));
  }

  /**
   * Asks for some places of a grid. What was seen there is forgotten; what is seen elsewhere stays.
   *
   * @param places one flag per place, true where a token is wanted
   */
  public void ask(ModalityName name, boolean[] places) {
    ModalitySpec spec = target(name);
    if (!(spec.layout() instanceof TokenLayout.Grid)) {
      throw new IllegalArgumentException(
          name + " has no places. Ask for all of it, with sentinels where text may be missing");
    }
    if (places.length != spec.layout().places()) {
      throw new IllegalArgumentException(
          name + " has " + spec.layout().places() + " places, was given " + places.length);
    }
    parts.put(name, CanvasPart.askedAt(spec, parts.get(name), places));
  }

  /**
   * Returns what is known of a modality: the ids of all places of a grid, or those of a text
   * without sentinels and end token.
   *
   * @throws IllegalStateException if it is not known
   */
  public int[] ids(ModalityName name) {
    CanvasPart part = parts.get(spec(name).name());
    if (part == null || !part.isKnown()) {
      throw new IllegalStateException(name + " is not known: it was neither seen nor generated");
    }
    return part.ids();
  }

  /** Says whether all of a modality is known: seen, or generated. */
  public boolean isKnown(ModalityName name) {
    CanvasPart part = parts.get(name);
    return part != null && part.isKnown();
  }

  /** Says whether anything of a modality is seen or was generated. */
  public boolean isSeen(ModalityName name) {
    CanvasPart part = parts.get(name);
    return part != null && part.isSeen();
  }

  /** Says whether a modality was asked for and is not generated yet. */
  public boolean isAsked(ModalityName name) {
    CanvasPart part = parts.get(name);
    return part != null && part.isAsked();
  }

  /** Returns what was asked for and is not generated yet. */
  public Set<ModalityName> asked() {
    Set<ModalityName> asked = new LinkedHashSet<>();
    parts.forEach(
        (name, part) -> {
          if (part.isAsked()) {
            asked.add(name);
          }
        });
    return asked;
  }

  /** Returns what a user should know of what was made of the conditions: what was cut. */
  public List<String> remarks() {
    return Collections.unmodifiableList(remarks);
  }

  GridPart grid(ModalityName name) {
    return (GridPart) Objects.requireNonNull(parts.get(name));
  }

  SequencePart sequence(ModalityName name) {
    return (SequencePart) Objects.requireNonNull(parts.get(name));
  }

  void complete(ModalityName name, SequencePart text) {
    parts.put(name, text);
  }

  /**
   * Writes what the encoder sees into a row.
   *
   * @param row a fresh one, in which everything is ignored
   * @param pass which conditions to leave out
   */
  void write(MaskedBatch batch, int row, Pass pass) {
    for (MaskedBatch.Part target : batch.parts()) {
      CanvasPart part = parts.get(target.spec.name());
      if (part == null) {
        continue;
      }
      if (!pass.without().contains(target.spec.name())) {
        part.write(target, row);
      } else if (pass.emptied()) {
        part.writeEmpty(target, row);
      }
    }
  }

  /** Says whether tokens of a modality can be predicted one by one: targets that are ids. */
  public static boolean canBeGenerated(ModalitySpec spec) {
    return spec.isTarget() && spec.space() instanceof TokenSpace.Discrete;
  }

  /**
   * Returns in how many places of a text more may stand: one sentinel each, but for sentinel 0,
   * which stands for nothing, and the last, which ends what is generated.
   */
  public static int mostGaps(SpanMarks marks) {
    return marks.sentinelCount() - 2;
  }

  private ModalitySpec target(ModalityName name) {
    ModalitySpec spec = spec(name);
    if (!canBeGenerated(spec)) {
      throw new IllegalArgumentException(
          name + " cannot be generated by this model, which predicts " + targets());
    }
    return spec;
  }

  private ModalitySpec spec(ModalityName name) {
    for (ModalitySpec spec : modalities) {
      if (spec.name().equals(name)) {
        return spec;
      }
    }
    List<String> known = modalities.stream().map(spec -> spec.name().value()).toList();
    throw new IllegalArgumentException(
        "\""
            + name
            + "\" is not a modality of this model."
            + NearestName.of(name.value(), known)
                .map(near -> " Did you mean \"" + near + "\"?")
                .orElse("")
            + " It has "
            + known);
  }

  private List<ModalityName> inputs() {
    return modalities.stream().filter(ModalitySpec::isInput).map(ModalitySpec::name).toList();
  }

  private List<ModalityName> targets() {
    return modalities.stream().filter(Canvas::canBeGenerated).map(ModalitySpec::name).toList();
  }
}
