package dev.masquerade.train.evaluate;

/**
 * A task that was asked for and is not among the results.
 *
 * @param task what was to be made of what
 * @param reason why nothing can be said of it
 */
public record UnmeasuredTask(GenerationTask task, String reason) {}
