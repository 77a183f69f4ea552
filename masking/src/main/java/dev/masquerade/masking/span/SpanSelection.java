package dev.masquerade.masking.span;

/**
 * Which tokens or chunks of a sequence are kept, chosen so that the input fits its budget.
 *
 * <p>Each is kept with the same probability. While the kept ones and one sentinel per dropped run
 * are together longer than the budget, the probability shrinks by a tenth and all are drawn again.
 *
 * <p>Scratch of one thread, used for one sequence after another.
 */
public final class SpanSelection {

  private static final double SHRINK = 0.9;

  private final boolean[] kept;
  private int units;

  /** Creates scratch for sequences of up to {@code maxUnits} tokens or chunks. */
  public SpanSelection(int maxUnits) {
    kept = new boolean[maxUnits];
  }

  /**
   * Chooses among single tokens.
   *
   * @param tokens number of tokens
   * @param budget longest input, at least 0; 0 drops everything
   * @param keep probability to start with
   */
  public void chooseTokens(int tokens, int budget, double keep, SpanDraws draws) {
    units = tokens;
    if (dropsAll(budget)) {
      return;
    }
    double probability = keep;
    while (!fitsTokens(budget, probability, draws)) {
      probability *= SHRINK;
    }
  }

  /**
   * Chooses among chunks.
   *
   * @param lengths number of tokens per chunk
   * @param budget longest input, at least 0; 0 drops everything
   * @param keep probability to start with
   */
  public void chooseChunks(int[] lengths, int budget, double keep, SpanDraws draws) {
    units = lengths.length;
    if (dropsAll(budget)) {
      return;
    }
    double probability = keep;
    while (!fitsChunks(lengths, budget, probability, draws)) {
      probability *= SHRINK;
    }
  }

  /** Says whether a token or chunk is kept. */
  public boolean keeps(int unit) {
    return kept[unit];
  }

  private boolean dropsAll(int budget) {
    if (budget > 0) {
      return false;
    }
    for (int unit = 0; unit < units; unit++) {
      kept[unit] = false;
    }
    return true;
  }

  // A round ends where the budget is passed: the rest of it would be thrown away.
  private boolean fitsTokens(int budget, double probability, SpanDraws draws) {
    draws.startRound(probability);
    int length = 0;
    boolean afterKept = true;
    for (int unit = 0; unit < units; unit++) {
      boolean keep = draws.keeps();
      kept[unit] = keep;
      if (keep | afterKept) {
        length++;
        if (length > budget) {
          return false;
        }
      }
      afterKept = keep;
    }
    return true;
  }

  private boolean fitsChunks(int[] lengths, int budget, double probability, SpanDraws draws) {
    draws.startRound(probability);
    int length = 0;
    boolean afterKept = true;
    for (int unit = 0; unit < units; unit++) {
      boolean keep = draws.keeps();
      kept[unit] = keep;
      if (keep) {
        length += lengths[unit];
      } else if (afterKept) {
        length++;
      }
      if (length > budget) {
        return false;
      }
      afterKept = keep;
    }
    return true;
  }
}
