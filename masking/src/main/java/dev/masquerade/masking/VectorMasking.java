package dev.masquerade.masking;

import dev.masquerade.masking.span.SpanSelection;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;

/**
 * Masks a sequence of vectors, which can only be seen: every dropped run becomes one vector of
 * zeros that the encoder sees. Vectors beyond the layout's maximum are cut off.
 */
final class VectorMasking implements ModalityMasking {

  private final ModalitySpec spec;
  private final int places;
  private final SpanSelection selection;

  VectorMasking(ModalitySpec spec, TokenLayout.Vectors layout) {
    this.spec = spec;
    this.places = layout.places();
    this.selection = new SpanSelection(places);
  }

  @Override
  public void mask(
      TokenizedModality tokens,
      int inputBudget,
      int targetBudget,
      KeepScheme keep,
      TokenDraws draws,
      MaskedBatch.Part part,
      int row) {
    float[] values = checked(tokens, part.width);
    int width = part.width;
    if (inputBudget == 0) {
      return;
    }
    double probability = ModalityMasking.keepProbability(keep, draws);
    int count = Math.min(values.length / width, places);
    selection.chooseTokens(count, inputBudget, probability, draws);
    int from = row * places;
    int place = from;
    for (int i = 0; i < count; i++) {
      if (selection.keeps(i)) {
        System.arraycopy(values, i * width, part.vectors, place * width, width);
        place++;
      } else if (i == 0 || selection.keeps(i - 1)) {
        Arrays.fill(part.vectors, place * width, (place + 1) * width, 0);
        place++;
      }
    }
    Arrays.fill(part.encoderIgnored, from, place, false);
  }

  @Override
  public void maskAsInput(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    float[] values = checked(tokens, part.width);
    int from = row * places;
    int count = Math.min(values.length / part.width, places);
    System.arraycopy(values, 0, part.vectors, from * part.width, count * part.width);
    Arrays.fill(part.encoderIgnored, from, from + count, false);
  }

  @Override
  public void maskAsTarget(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    throw new IllegalStateException(spec.name() + " holds vectors, which cannot be predicted");
  }

  private float[] checked(TokenizedModality tokens, int width) {
    if (!(tokens instanceof TokenizedModality.VectorTokens vectors)) {
      throw UnfitTokens.ofKind(spec, tokens);
    }
    if (vectors.values().length % width != 0) {
      throw UnfitTokens.because(
          spec, vectors.values().length + " values are no whole vectors of width " + width);
    }
    return vectors.values();
  }
}
