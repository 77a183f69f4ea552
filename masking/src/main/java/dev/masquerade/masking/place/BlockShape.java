package dev.masquerade.masking.place;

/**
 * How the blocks look that are laid over a grid.
 *
 * @param smallest area of a block, in places; at least 1
 * @param largest area of a block, in places; {@link Integer#MAX_VALUE} for no limit
 * @param narrowest least height / width; above 0
 * @param widest largest height / width
 */
public record BlockShape(int smallest, int largest, double narrowest, double widest) {

  /** Blocks of at least 4 places whose edges differ by at most a factor of 1 / 0.3. */
  public static final BlockShape DEFAULT = ofAspect(4, 0.3);

  public BlockShape {
    if (smallest < 1 || largest < 1) {
      throw new IllegalArgumentException(
          "a block needs an area of at least 1 place, was " + smallest + " to " + largest);
    }
    Aspects.check(narrowest, widest);
  }

  /** Returns blocks that may stand or lie: {@code narrowest} and its inverse are the limits. */
  public static BlockShape ofAspect(int smallest, double narrowest) {
    return new BlockShape(smallest, Integer.MAX_VALUE, narrowest, 1 / narrowest);
  }
}
