package dev.masquerade.data.plan;

/**
 * The part of every global batch that one process takes: places {@code [rank, rank + 1) * batch /
 * world}.
 *
 * @param rank number of the process, in {@code [0, world)}
 * @param world number of processes
 */
public record RankSlice(int rank, int world) {

  /** The only process. */
  public static final RankSlice WHOLE = new RankSlice(0, 1);

  public RankSlice {
    if (world < 1 || rank < 0 || rank >= world) {
      throw new IllegalArgumentException(
          "rank must lie in [0, world), was " + rank + " of " + world);
    }
  }
}
