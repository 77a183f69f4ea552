/**
 * Masked autoencoding of several tasks at once, after MultiMAE: patches of every input task that
 * are seen go through one encoder, and a decoder of each output task predicts what was removed.
 *
 * <p>{@link dev.masquerade.model.multimae.MultiMaeConfig} says which tasks there are, {@link
 * dev.masquerade.model.multimae.MultiMaeLayout} which tensors, {@link
 * dev.masquerade.model.multimae.MultiMaeNetwork} computes. Tensors carry the names of the
 * reference's checkpoints.
 *
 * <p>Letters: {@code B} rows, {@code L} places of the grid that all tasks share, {@code N} encoder
 * places of a packed row, {@code G} global tokens, {@code D} width of the encoder, {@code d} of a
 * decoder, {@code K} tokens of one task over all rows, {@code P} pixels of a patch, {@code C}
 * channels or classes.
 *
 * @see <a href="https://arxiv.org/abs/2204.01678">MultiMAE: Multi-modal Multi-task Masked
 *     Autoencoders</a>
 */
@NullMarked
package dev.masquerade.model.multimae;

import org.jspecify.annotations.NullMarked;
