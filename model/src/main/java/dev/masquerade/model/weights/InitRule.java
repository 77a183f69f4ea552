package dev.masquerade.model.weights;

/** How the values of one parameter start. */
public sealed interface InitRule {

  /**
   * The same value everywhere.
   *
   * @param value for example 1 for the weight of a norm
   */
  record Constant(float value) implements InitRule {}

  /**
   * Normal values of mean 0.
   *
   * @param deviation standard deviation, positive
   */
  record Normal(double deviation) implements InitRule {}

  /**
   * Uniform values in {@code [-bound, bound)}.
   *
   * @param bound positive
   */
  record Uniform(double bound) implements InitRule {

    /** Returns the rule of Glorot and Bengio for a linear map: bound sqrt(6 / (in + out)). */
    public static Uniform xavier(long inputs, long outputs) {
      return new Uniform(Math.sqrt(6.0 / (inputs + outputs)));
    }
  }

  /**
   * Sine-cosine positions of a sequence, see {@link PositionTables#sequence}.
   *
   * @param length rows
   * @param width D
   */
  record SequenceTable(int length, int width) implements InitRule {}

  /**
   * Sine-cosine positions of a grid, see {@link PositionTables#grid}.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D
   */
  record GridTable(int rows, int columns, int width) implements InitRule {}

  /**
   * Sine-cosine positions of the places of a grid, behind rows of zeros, see {@link
   * PositionTables#places}.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D
   * @param prefix rows of zeros
   */
  record PlaceTable(int rows, int columns, int width, int prefix) implements InitRule {}

  /**
   * Keys and values of cross-attention, one below the other: keys as the queries start, values
   * uniform.
   *
   * @param queries name of the queries' weight, of half as many values
   * @param bound of queries and values
   */
  record KeysLikeQueries(String queries, double bound) implements InitRule {}

  /**
   * Sine-cosine positions of a grid, number by number, see {@link PositionTables#planes}.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D
   */
  record PlaneTable(int rows, int columns, int width) implements InitRule {}

  /**
   * The values with which another parameter of the same shape starts.
   *
   * @param other its name
   * @param rule how that one starts
   */
  record SameAs(String other, InitRule rule) implements InitRule {}

  /**
   * Values that an optimiser does not move, but that no rule knows either: they belong to weights
   * that adapters were put into, or to codes that follow latents.
   *
   * @param rule how they start where no weights have them
   */
  record Frozen(InitRule rule) implements InitRule {}
}
