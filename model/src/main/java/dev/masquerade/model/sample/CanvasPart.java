package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One modality of a {@link Canvas}. */
sealed interface CanvasPart permits GridPart, SequencePart, VectorsPart {

  /** Says whether any of it is seen. */
  boolean isSeen();

  /** Says whether any of it is still to be generated. */
  boolean isAsked();

  /** Says whether all of it is known. */
  boolean isKnown();

  /** Returns its ids, once it is known. */
  int[] ids();

  /** Writes what the encoder sees of it into a row in which everything is ignored. */
  void write(MaskedBatch.Part part, int row);

  /**
   * Writes what the encoder sees where this condition is taken away: nothing of a grid, one
   * sentinel for a text, one vector of zeros for vectors, as 4M has it.
   */
  void writeEmpty(MaskedBatch.Part part, int row);

  /** Makes a part of tokens that are seen. */
  static CanvasPart seen(
      ModalitySpec spec, TokenizedModality tokens, boolean[] ignored, List<String> remarks) {
    if (spec.layout() instanceof TokenLayout.Sequence layout
        && tokens instanceof TokenizedModality.IdSequence sequence) {
      return SequencePart.seen(spec, layout, sequence.ids(), ignored, remarks);
    }
    if (spec.layout() instanceof TokenLayout.Grid) {
      return GridPart.seen(spec, tokens, ignored);
    }
    if (spec.layout() instanceof TokenLayout.Vectors layout
        && tokens instanceof TokenizedModality.VectorTokens vectors) {
      return VectorsPart.seen(spec, layout, vectors, ignored, remarks);
    }
    throw unfit(spec, tokens);
  }

  /** Asks for what is missing of a part. */
  static CanvasPart asked(ModalitySpec spec, @Nullable CanvasPart part) {
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      return part instanceof SequencePart sequence
          ? sequence.asked()
          : SequencePart.empty(spec, layout);
    }
    boolean[] missing = new boolean[spec.layout().places()];
    GridPart grid = part instanceof GridPart seen ? seen : GridPart.empty(spec);
    boolean any = false;
    for (int place = 0; place < missing.length; place++) {
      missing[place] = !grid.isKnown(place);
      any |= missing[place];
    }
    if (!any) {
      throw new IllegalArgumentException(
          spec.name() + " is wholly seen, so nothing of it is left to generate");
    }
    return grid.asked(missing);
  }

  /** Asks for some places of a grid. */
  static CanvasPart askedAt(ModalitySpec spec, @Nullable CanvasPart part, boolean[] places) {
    return (part instanceof GridPart seen ? seen : GridPart.empty(spec)).asked(places);
  }

  /** Refuses tokens of another kind. */
  static IllegalArgumentException unfit(ModalitySpec spec, TokenizedModality tokens) {
    return new IllegalArgumentException(
        spec.name()
            + " takes "
            + spec.space()
            + " on "
            + spec.layout()
            + ", was given "
            + tokens.getClass().getSimpleName()
            + " of "
            + tokens.length()
            + " tokens");
  }

  /** Refuses ids outside the vocabulary. */
  static void checkIds(ModalitySpec spec, int[] ids) {
    int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new IllegalArgumentException(
            spec.name()
                + ": token "
                + i
                + " is "
                + ids[i]
                + ", outside the model's vocabulary of "
                + vocabulary
                + ". Tokenise with the tokenizer the model was trained with");
      }
    }
  }
}
