package dev.masquerade.masking;

import dev.masquerade.masking.span.SpanCorruption;
import dev.masquerade.masking.span.SpanSelection;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;

/**
 * Masks a sequence by spans. The input stands from place 0, the target from the place that the
 * input budget names, whatever the input's own length.
 */
final class SequenceMasking implements ModalityMasking {

  private final ModalitySpec spec;
  private final TokenLayout.Sequence layout;
  private final int places;
  private final SpanSelection selection;
  private final SpanCorruption corruption;

  SequenceMasking(ModalitySpec spec, TokenLayout.Sequence layout) {
    this.spec = spec;
    this.layout = layout;
    this.places = layout.places();
    this.selection = new SpanSelection(layout.maxTokens());
    this.corruption = new SpanCorruption(layout.maxTokens(), layout.marks());
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
    TokenizedModality.IdSequence sequence = checked(tokens);
    int inputs = spec.isInput() ? inputBudget : 0;
    double probability = inputs == 0 ? 0 : ModalityMasking.keepProbability(keep, draws);
    if (layout.unit() == TokenLayout.Unit.CHUNK) {
      selection.chooseChunks(sequence.chunkLengths(), inputs, probability, draws);
      corruption.splitChunks(sequence.ids(), sequence.chunkLengths(), selection);
    } else {
      selection.chooseTokens(sequence.ids().length, inputs, probability, draws);
      corruption.splitTokens(sequence.ids(), selection);
    }
    corruption.limitTarget(spec.isTarget() ? targetBudget : 0, draws);

    int from = row * places;
    Arrays.fill(part.ids, from, from + places, layout.marks().padId());
    if (inputs > 0) {
      corruption.copyInput(part.ids, from);
      Arrays.fill(part.encoderIgnored, from, from + corruption.inputLength(), false);
    }
    corruption.copyTarget(part.ids, from + inputs);
    showTarget(part, from + inputs, corruption.targetLength());
  }

  // Without a run of its own the target is sentinel 1 alone, from which nothing is predicted.
  @Override
  public void maskAsInput(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    int[] ids = checked(tokens).ids();
    int from = row * places;
    Arrays.fill(part.ids, from, from + places, layout.marks().padId());
    System.arraycopy(ids, 0, part.ids, from, ids.length);
    Arrays.fill(part.encoderIgnored, from, from + ids.length, false);
    if (spec.isTarget()) {
      int at = from + layout.maxTokens();
      part.ids[at] = layout.marks().sentinel(1);
      showTarget(part, at, 1);
    }
  }

  @Override
  public void maskAsTarget(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    int[] ids = checked(tokens).ids();
    int from = row * places;
    Arrays.fill(part.ids, from, from + places, layout.marks().padId());
    int at = from + layout.maxTokens();
    part.ids[at] = layout.marks().sentinel(1);
    System.arraycopy(ids, 0, part.ids, at + 1, ids.length);
    part.ids[at + 1 + ids.length] = layout.marks().sentinel(2);
    showTarget(part, at, ids.length + 2);
  }

  private static void showTarget(MaskedBatch.Part part, int at, int length) {
    Arrays.fill(part.decoderIgnored, at, at + length, false);
    Arrays.fill(part.decoderRun, at, at + length, 1);
  }

  private TokenizedModality.IdSequence checked(TokenizedModality tokens) {
    if (!(tokens instanceof TokenizedModality.IdSequence sequence)) {
      throw UnfitTokens.ofKind(spec, tokens);
    }
    if (sequence.ids().length > layout.maxTokens()) {
      throw UnfitTokens.because(
          spec, sequence.ids().length + " tokens are more than its " + layout.maxTokens());
    }
    if (layout.unit() == TokenLayout.Unit.CHUNK) {
      int sum = 0;
      for (int length : sequence.chunkLengths()) {
        if (length < 1) {
          throw UnfitTokens.because(spec, "a chunk holds " + length + " tokens");
        }
        sum += length;
      }
      if (sum != sequence.ids().length) {
        throw UnfitTokens.because(
            spec, "its chunks hold " + sum + " of its " + sequence.ids().length + " tokens");
      }
    }
    return sequence;
  }
}
