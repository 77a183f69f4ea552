package dev.masquerade.train.optim;

/**
 * What became of a step.
 *
 * @param gradientNorm global L2 norm before clipping; not finite where a gradient was not
 * @param skipped whether nothing was changed because of that
 */
public record StepOutcome(double gradientNorm, boolean skipped) {}
