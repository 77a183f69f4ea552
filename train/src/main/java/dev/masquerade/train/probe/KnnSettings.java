package dev.masquerade.train.probe;

/**
 * How neighbours vote.
 *
 * @param neighbours k, at least 1; all samples where there are fewer
 * @param temperature the smaller, the more the nearest count; positive
 */
public record KnnSettings(int neighbours, double temperature) {

  /** The usual settings: 200 neighbours at a temperature of 0.1. */
  public static final KnnSettings REFERENCE = new KnnSettings(200, 0.1);

  public KnnSettings {
    if (neighbours < 1 || !(temperature > 0)) {
      throw new IllegalArgumentException(
          "a vote needs at least 1 neighbour and a temperature above 0, had "
              + neighbours
              + " and "
              + temperature);
    }
  }
}
