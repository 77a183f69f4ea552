package dev.masquerade.train.analysis;

/**
 * A row that lies near a query.
 *
 * @param row in its table
 * @param similarity cosine of the angle between the two, in [-1, 1]
 */
public record Neighbour(int row, double similarity) {}
