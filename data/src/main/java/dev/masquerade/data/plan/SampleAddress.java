package dev.masquerade.data.plan;

/**
 * One use of one sample.
 *
 * @param dataset place of the data set in the plan
 * @param shard place of the shard in the data set
 * @param ordinal place of the sample in the shard
 * @param epoch how often the data set was gone through before
 * @param repetition how often the sample was used before within the epoch
 * @param use how often the sample was used before in all, which random streams are drawn by
 */
public record SampleAddress(
    int dataset, int shard, int ordinal, long epoch, int repetition, long use) {

  /** Says whether both are uses of the same sample. */
  public boolean sameSample(SampleAddress other) {
    return dataset == other.dataset && shard == other.shard && ordinal == other.ordinal;
  }
}
