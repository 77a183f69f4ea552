package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of masked samples: the meeting point of data and models.
 *
 * <p>Modalities stand side by side, each with its own arrays over (B, L). Masking fills a row, a
 * model packs the valid places. The arrays are plain Java arrays that the batch owns and that are
 * used again for later batches: whoever takes a batch from a pool reads it, copies what must last,
 * and gives it back. They are not copied to a device as they stand; only the packed places are.
 *
 * <p>Ids and attention runs hold something defined at every place. Pixels and vectors do so only
 * where the encoder is given the place or the decoder predicts it: elsewhere they are whatever an
 * earlier sample left there, because clearing what nobody reads would cost more than masking
 * itself.
 *
 * <p>Filled by one thread, then read by any number.
 */
public final class MaskedBatch {

  private final List<Part> parts;
  private final int capacity;
  private final String[] keys;
  private int rows;
  private int retryLimitHits;

  private MaskedBatch(List<Part> parts, int capacity) {
    this.parts = List.copyOf(parts);
    this.capacity = capacity;
    this.keys = new String[capacity];
    Arrays.fill(keys, "");
  }

  /**
   * Allocates an empty batch.
   *
   * @param modalities in run order
   * @param capacity largest number of rows, at least 1
   */
  public static MaskedBatch allocate(List<ModalitySpec> modalities, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    List<Part> parts = new ArrayList<>();
    for (ModalitySpec spec : modalities) {
      parts.add(new Part(spec, capacity));
    }
    return new MaskedBatch(parts, capacity);
  }

  /** Returns the modalities with their arrays, in run order. */
  public List<Part> parts() {
    return parts;
  }

  /**
   * Returns B, the number of rows that hold a sample; smaller than the capacity where samples were
   * bad.
   */
  public int rows() {
    return rows;
  }

  /** Returns the largest number of rows. */
  public int capacity() {
    return capacity;
  }

  /** Returns the key of the sample in a row. */
  public String key(int row) {
    return keys[row];
  }

  /** Returns how many rows had budgets that could not be met within the retries of their draw. */
  public int retryLimitHits() {
    return retryLimitHits;
  }

  /** Counts one row whose budgets could not be met. */
  public void countRetryLimitHit() {
    retryLimitHits++;
  }

  /** Empties the batch for use with other samples. */
  public void clear() {
    rows = 0;
    retryLimitHits = 0;
  }

  /**
   * Adds a row in which every modality is wholly ignored, ready to be masked into.
   *
   * @param key of the sample
   * @return the row's number
   */
  public int addRow(String key) {
    if (rows == capacity) {
      throw new IllegalStateException("the batch already holds " + capacity + " rows");
    }
    int row = rows++;
    keys[row] = key;
    for (Part part : parts) {
      part.ignore(row);
    }
    return row;
  }

  /**
   * One modality of a batch. Index {@code row * places + place} in every (B, L) array.
   *
   * <p>Exactly one of {@link #ids}, {@link #pixels} and {@link #vectors} has content, by the token
   * space of the modality; the others are empty.
   */
  public static final class Part {

    /** What the tokens are. */
    public final ModalitySpec spec;

    /** L. */
    public final int places;

    /** Values per place of {@link #pixels} or {@link #vectors}; 1 for ids. */
    public final int width;

    /**
     * (B, L) ids. Grids hold all ids of a sample, dropped ones too; sequences hold the padding id
     * at places that belong to neither input nor target; a modality that a sample lacks holds 0.
     */
    public final int[] ids;

    /**
     * (B, L, width) 8-bit samples of pixel patches, or classes of class patches; unspecified where
     * both sides ignore the place.
     */
    public final byte[] pixels;

    /**
     * (B, L, width) numbers of continuous tokens; unspecified where both sides ignore the place.
     */
    public final float[] vectors;

    /** (B, L); true where the encoder is given nothing. */
    public final boolean[] encoderIgnored;

    /** (B, L); true where the decoder predicts nothing. */
    public final boolean[] decoderIgnored;

    /**
     * (B, L) compressed decoder attention: summed up along the packed decoder sequence, position j
     * is hidden from position i where j is at least the sum at i. Grids hold their number of
     * targets at their first target and 0 elsewhere, so that their targets see each other;
     * sequences hold 1 at each target, so that targets see what comes before.
     */
    public final int[] decoderRun;

    /** (B) whether the sample of a row lacks the modality, for those who show what was masked. */
    public final boolean[] lacking;

    private Part(ModalitySpec spec, int capacity) {
      this.spec = spec;
      this.places = spec.layout().places();
      int all = capacity * places;
      // A chain of instanceof, not a switch: patterns in switch need Java 21.
      if (spec.space() instanceof TokenSpace.Pixels space) {
        width = space.width();
        ids = new int[0];
        pixels = new byte[all * width];
        vectors = new float[0];
      } else if (spec.space() instanceof TokenSpace.ClassPatches space) {
        width = space.width();
        ids = new int[0];
        pixels = new byte[all * width];
        vectors = new float[0];
      } else if (spec.space() instanceof TokenSpace.Continuous space) {
        width = space.width();
        ids = new int[0];
        pixels = new byte[0];
        vectors = new float[all * width];
      } else {
        width = 1;
        ids = new int[all];
        pixels = new byte[0];
        vectors = new float[0];
      }
      encoderIgnored = new boolean[all];
      decoderIgnored = new boolean[all];
      decoderRun = new int[all];
      lacking = new boolean[capacity];
    }

    /** Marks a whole row as holding nothing for either side; ids become 0. */
    private void ignore(int row) {
      int from = row * places;
      int to = from + places;
      Arrays.fill(encoderIgnored, from, to, true);
      Arrays.fill(decoderIgnored, from, to, true);
      Arrays.fill(decoderRun, from, to, 0);
      lacking[row] = false;
      if (ids.length > 0) {
        Arrays.fill(ids, from, to, 0);
      }
    }
  }
}
