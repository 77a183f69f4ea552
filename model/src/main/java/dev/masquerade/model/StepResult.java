package dev.masquerade.model;

import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.parameter.Gradients;

/**
 * Loss and gradients of one batch.
 *
 * @param loss on the host
 * @param gradients in order of the trainable parameters. They last as long as the scope of the
 *     call, those of tables and heads only until the next call: whoever accumulates, copies
 */
public record StepResult(StepLoss loss, Gradients gradients) {}
