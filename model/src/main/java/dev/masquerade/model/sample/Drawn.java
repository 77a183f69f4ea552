package dev.masquerade.model.sample;

/**
 * Tokens drawn from rows of logits. The arrays are handed over.
 *
 * @param ids (R) one token per row
 * @param probabilities (R) the probability it was drawn with, after filtering and temperature; 1 at
 *     temperature 0
 * @param unfiltered (R) the token's probability before filtering and temperature, by which choices
 *     can be compared at temperature 0, too
 */
public record Drawn(int[] ids, double[] probabilities, double[] unfiltered) {}
