package dev.masquerade.masking.span;

import dev.masquerade.modality.SpanMarks;

/**
 * Splits ids into the input and the target of span masking.
 *
 * <p>Runs of dropped tokens become sentinels 1, 2, ... in the input. The target is sentinel 1, the
 * first run, sentinel 2, the second run, and so on, and a last sentinel that closes it.
 *
 * <p>Scratch of one thread, used for one sequence after another.
 *
 * @see <a href="https://arxiv.org/abs/1910.10683">Exploring the limits of transfer learning with a
 *     unified text-to-text transformer</a>
 */
public final class SpanCorruption {

  private final SpanMarks marks;
  private final int[] input;
  private final int[] target;
  private final int[] sentinelAt;
  private int inputLength;
  private int targetStart;
  private int targetLength;
  private int runs;

  /**
   * Creates scratch for sequences of up to {@code maxTokens} tokens.
   *
   * @param marks the sentinels
   */
  public SpanCorruption(int maxTokens, SpanMarks marks) {
    this.marks = marks;
    // Every run adds a sentinel, and one closes the target.
    input = new int[maxTokens];
    target = new int[maxTokens + 2];
    sentinelAt = new int[maxTokens + 2];
  }

  /** Splits ids whose tokens were chosen one by one. */
  public void splitTokens(int[] ids, SpanSelection selection) {
    start();
    for (int i = 0; i < ids.length; i++) {
      if (selection.keeps(i)) {
        input[inputLength++] = ids[i];
      } else {
        if (i == 0 || selection.keeps(i - 1)) {
          addSentinel();
        }
        target[targetLength++] = ids[i];
      }
    }
    closeTarget();
  }

  /** Splits ids of which whole chunks were chosen. */
  public void splitChunks(int[] ids, int[] lengths, SpanSelection selection) {
    start();
    int from = 0;
    for (int chunk = 0; chunk < lengths.length; chunk++) {
      int length = lengths[chunk];
      if (selection.keeps(chunk)) {
        System.arraycopy(ids, from, input, inputLength, length);
        inputLength += length;
      } else {
        if (chunk == 0 || selection.keeps(chunk - 1)) {
          addSentinel();
        }
        System.arraycopy(ids, from, target, targetLength, length);
        targetLength += length;
      }
      from += length;
    }
    closeTarget();
  }

  /**
   * Shortens the target to a budget: it then starts at a sentinel drawn evenly from all but the
   * last and ends where the budget does. Where too little follows that sentinel, it starts at the
   * earliest one from which all that follows fits, so that a budget is not wasted.
   *
   * @param budget longest target, at least 0
   */
  public void limitTarget(int budget, SpanDraws draws) {
    if (targetLength <= budget) {
      return;
    }
    // A target without runs is one sentinel, so a budget it exceeds is 0.
    int start = runs == 0 ? 0 : sentinelAt[draws.below(runs)];
    if (targetLength - start >= budget) {
      targetStart = start;
      targetLength = budget;
      return;
    }
    int earliest = 0;
    while (targetLength - sentinelAt[earliest] > budget) {
      earliest++;
    }
    targetStart = sentinelAt[earliest];
    targetLength -= targetStart;
  }

  /** Returns the number of ids of the input. */
  public int inputLength() {
    return inputLength;
  }

  /** Copies the input to {@code into}, from index {@code at}. */
  public void copyInput(int[] into, int at) {
    System.arraycopy(input, 0, into, at, inputLength);
  }

  /** Returns the number of ids of the target. */
  public int targetLength() {
    return targetLength;
  }

  /** Copies the target to {@code into}, from index {@code at}. */
  public void copyTarget(int[] into, int at) {
    System.arraycopy(target, targetStart, into, at, targetLength);
  }

  private void start() {
    inputLength = 0;
    targetStart = 0;
    targetLength = 0;
    runs = 0;
  }

  private void addSentinel() {
    int id = marks.sentinel(runs + 1);
    input[inputLength++] = id;
    sentinelAt[runs++] = targetLength;
    target[targetLength++] = id;
  }

  private void closeTarget() {
    sentinelAt[runs] = targetLength;
    target[targetLength++] = marks.sentinel(runs + 1);
  }
}
