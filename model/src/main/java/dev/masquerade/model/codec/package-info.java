/**
 * Learned tokenizers: networks that turn an image, a class map or a feature map into a grid of ids
 * and back.
 *
 * <p>{@link dev.masquerade.model.codec.VqConfig} says what such a network is like, {@link
 * dev.masquerade.model.codec.VqNetwork} trains it behind the run loop's {@code Network}, and {@link
 * dev.masquerade.model.codec.VqTokenizer} uses it. What turns content into latents ({@link
 * dev.masquerade.model.codec.VqEncoder}) and latents into ids ({@link
 * dev.masquerade.model.codec.Quantizer}) stands apart from the decoder, so that other decoders can
 * be put behind it. Tensors carry the names that released 4M tokenizers give them.
 *
 * <p>Letters: {@code B} rows, {@code h} and {@code w} places of the grid each way, {@code L} all of
 * them, {@code K} = B x L latents of a batch, {@code d} numbers of a latent, {@code H} codebooks,
 * {@code V} codes of each, {@code C} channels, {@code p} edge of a patch, {@code D} width of a
 * token, {@code W} = p x p x C numbers of a patch, channel fastest.
 */
@NullMarked
package dev.masquerade.model.codec;

import org.jspecify.annotations.NullMarked;
