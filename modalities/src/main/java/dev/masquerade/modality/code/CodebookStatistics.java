package dev.masquerade.modality.code;

/**
 * How well a codebook does on the patches it was fitted to.
 *
 * @param patches number of patches it saw
 * @param usedCodes codes that at least one patch has
 * @param perplexity two to the entropy of the codes in bits: how many equally frequent codes would
 *     tell as much
 * @param error root of the mean squared difference of a number to what its code gives back; for
 *     class maps the share of pixels whose likeliest class is another
 */
public record CodebookStatistics(long patches, int usedCodes, double perplexity, double error) {}
