package dev.masquerade.masking;

import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;

/**
 * Masks tokens on a grid: a random subset is seen, another one is predicted, the rest is dropped.
 */
final class GridMasking implements ModalityMasking {

  private final ModalitySpec spec;
  private final int places;
  private final int[] order;

  GridMasking(ModalitySpec spec) {
    this.spec = spec;
    this.places = spec.layout().places();
    this.order = new int[places];
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
    int inputs = spec.isInput() ? Math.min(inputBudget, places) : 0;
    int targets = spec.isTarget() ? Math.min(targetBudget, places - inputs) : 0;
    draws.order(places, inputs + targets, order);
    int from = row * places;
    for (int i = 0; i < inputs; i++) {
      part.encoderIgnored[from + order[i]] = false;
    }
    int first = places;
    for (int i = inputs; i < inputs + targets; i++) {
      int place = order[i];
      part.decoderIgnored[from + place] = false;
      first = Math.min(first, place);
    }
    if (targets > 0) {
      part.decoderRun[from + first] = targets;
    }
    copy(tokens, inputs + targets, part, row);
  }

  /** Masks as a mask maker chose: what is seen, as far as it can be an input, what is predicted. */
  void maskPlaces(TokenizedModality tokens, PlaceChoice choice, MaskedBatch.Part part, int row) {
    int inputs = spec.isInput() ? choice.seen() : 0;
    int targets = spec.isTarget() ? choice.predicted() : 0;
    int from = row * places;
    for (int i = 0; i < inputs; i++) {
      order[i] = choice.order()[i];
      part.encoderIgnored[from + order[i]] = false;
    }
    int first = places;
    for (int i = 0; i < targets; i++) {
      int place = choice.order()[choice.seen() + i];
      order[inputs + i] = place;
      part.decoderIgnored[from + place] = false;
      first = Math.min(first, place);
    }
    if (targets > 0) {
      part.decoderRun[from + first] = targets;
    }
    copy(tokens, inputs + targets, part, row);
  }

  @Override
  public void maskAsInput(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    int from = row * places;
    for (int place = 0; place < places; place++) {
      order[place] = place;
      part.encoderIgnored[from + place] = false;
    }
    copy(tokens, places, part, row);
  }

  @Override
  public void maskAsTarget(TokenizedModality tokens, MaskedBatch.Part part, int row) {
    int from = row * places;
    for (int place = 0; place < places; place++) {
      order[place] = place;
      part.decoderIgnored[from + place] = false;
    }
    part.decoderRun[from] = places;
    copy(tokens, places, part, row);
  }

  // Ids are copied as a whole, which is quicker than choosing. Of pixels and vectors, which are
  // wide, only what one of the sides reads is copied: the first places of the order.
  private void copy(TokenizedModality tokens, int read, MaskedBatch.Part part, int row) {
    int from = row * places;
    if (tokens instanceof TokenizedModality.IdGrid grid && part.ids.length > 0) {
      refuseUnlessWhole(grid.ids().length, 1);
      System.arraycopy(grid.ids(), 0, part.ids, from, places);
    } else if (tokens instanceof TokenizedModality.PixelPatches patches && part.pixels.length > 0) {
      int width = part.width;
      refuseUnlessWhole(patches.values().length, width);
      for (int i = 0; i < read; i++) {
        int place = order[i];
        System.arraycopy(
            patches.values(), place * width, part.pixels, (from + place) * width, width);
      }
    } else if (tokens instanceof TokenizedModality.VectorTokens vectors
        && part.vectors.length > 0) {
      int width = part.width;
      refuseUnlessWhole(vectors.values().length, width);
      for (int i = 0; i < read; i++) {
        int place = order[i];
        System.arraycopy(
            vectors.values(), place * width, part.vectors, (from + place) * width, width);
      }
    } else {
      throw UnfitTokens.ofKind(spec, tokens);
    }
  }

  private void refuseUnlessWhole(int values, int width) {
    if (values != places * width) {
      throw UnfitTokens.because(
          spec, values + " values do not fill its " + places + " places of width " + width);
    }
  }
}
