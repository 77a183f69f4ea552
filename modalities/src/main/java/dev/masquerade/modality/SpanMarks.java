package dev.masquerade.modality;

/**
 * The special ids of a sequence that span masking reads and writes.
 *
 * @param padId fills places that hold nothing
 * @param endId closes a text; -1 where sequences carry no end token
 * @param firstSentinelId id of sentinel 0; the following ids are sentinels 1, 2, ... Masking starts
 *     with sentinel 1, as the 4M reference does
 * @param sentinelCount number of sentinels, sentinel 0 included; at least 2
 */
public record SpanMarks(int padId, int endId, int firstSentinelId, int sentinelCount) {
  public SpanMarks {
    if (sentinelCount < 2) {
      throw new IllegalArgumentException(
          "span masking needs at least 2 sentinels, had " + sentinelCount);
    }
  }

  /** Returns the id of sentinel {@code k}, counted from 0. */
  public int sentinel(int k) {
    if (k < 0 || k >= sentinelCount) {
      throw new IllegalArgumentException(
          "sentinel " + k + " does not exist; there are " + sentinelCount);
    }
    return firstSentinelId + k;
  }

  /** Says whether {@code id} is one of the sentinels. */
  public boolean isSentinel(int id) {
    return id >= firstSentinelId && id < firstSentinelId + sentinelCount;
  }
}
