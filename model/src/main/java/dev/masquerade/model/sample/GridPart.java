package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;

/** A grid of a {@link Canvas}: of each place whether it is known, and whether it is asked for. */
final class GridPart implements CanvasPart {

  private static final int[] NO_IDS = {};
  private static final byte[] NO_BYTES = {};
  private static final float[] NO_NUMBERS = {};

  private final int[] ids;
  private final byte[] bytes;
  private final float[] numbers;
  private final boolean[] known;
  private final boolean[] asked;

  private GridPart(int[] ids, byte[] bytes, float[] numbers, boolean[] known, boolean[] asked) {
    this.ids = ids;
    this.bytes = bytes;
    this.numbers = numbers;
    this.known = known;
    this.asked = asked;
  }

  static GridPart empty(ModalitySpec spec) {
    int places = spec.layout().places();
    return new GridPart(
        new int[places], NO_BYTES, NO_NUMBERS, new boolean[places], new boolean[places]);
  }

  static GridPart seen(ModalitySpec spec, TokenizedModality tokens, boolean[] ignored) {
    int places = spec.layout().places();
    if (tokens.length() != places) {
      throw CanvasPart.unfit(spec, tokens);
    }
    boolean[] known = new boolean[places];
    for (int place = 0; place < places; place++) {
      known[place] = !ignored[place];
    }
    boolean[] asked = new boolean[places];
    if (tokens instanceof TokenizedModality.IdGrid grid
        && spec.space() instanceof TokenSpace.Discrete) {
      CanvasPart.checkIds(spec, grid.ids());
      return new GridPart(grid.ids().clone(), NO_BYTES, NO_NUMBERS, known, asked);
    }
    if (tokens instanceof TokenizedModality.PixelPatches patches
        && patches.width() == bytes(spec)) {
      return new GridPart(NO_IDS, patches.values(), NO_NUMBERS, known, asked);
    }
    if (tokens instanceof TokenizedModality.VectorTokens vectors
        && spec.space() instanceof TokenSpace.Continuous space
        && vectors.width() == space.width()) {
      return new GridPart(NO_IDS, NO_BYTES, vectors.values(), known, asked);
    }
    throw CanvasPart.unfit(spec, tokens);
  }

  private static int bytes(ModalitySpec spec) {
    if (spec.space() instanceof TokenSpace.Pixels pixels) {
      return pixels.width();
    }
    return spec.space() instanceof TokenSpace.ClassPatches patches ? patches.width() : -1;
  }

  GridPart asked(boolean[] places) {
    boolean[] stillKnown = known.clone();
    for (int place = 0; place < places.length; place++) {
      stillKnown[place] &= !places[place];
    }
    return new GridPart(ids.clone(), NO_BYTES, NO_NUMBERS, stillKnown, places.clone());
  }

  /** Returns the places that are asked for, ascending. */
  int[] open() {
    int[] open = new int[asked.length];
    int count = 0;
    for (int place = 0; place < asked.length; place++) {
      if (asked[place]) {
        open[count++] = place;
      }
    }
    return Arrays.copyOf(open, count);
  }

  /** Settles a place that was asked for. */
  void settle(int place, int id) {
    ids[place] = id;
    known[place] = true;
    asked[place] = false;
  }

  /** Gives up what is still asked for. */
  void stopAsking() {
    Arrays.fill(asked, false);
  }

  boolean isKnown(int place) {
    return known[place];
  }

  @Override
  public boolean isSeen() {
    for (boolean place : known) {
      if (place) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isAsked() {
    for (boolean place : asked) {
      if (place) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isKnown() {
    for (boolean place : known) {
      if (!place) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public void write(MaskedBatch.Part part, int row) {
    int from = row * part.places;
    if (part.ids.length > 0) {
      System.arraycopy(ids, 0, part.ids, from, part.places);
    } else if (part.pixels.length > 0) {
      System.arraycopy(bytes, 0, part.pixels, from * part.width, bytes.length);
    } else {
      System.arraycopy(numbers, 0, part.vectors, from * part.width, numbers.length);
    }
    for (int place = 0; place < part.places; place++) {
      part.encoderIgnored[from + place] = !known[place];
    }
  }

  @Override
  public void writeEmpty(MaskedBatch.Part part, int row) {
    // Everything stays ignored.
  }
}
