/**
 * Decoders that generate: a network learns to say what a noisy picture was before the noise, given
 * what the tokens say of it, and decoding starts from noise and takes a little of it away at a
 * time.
 *
 * <p>Letters: {@code B} pictures, {@code C} channels, {@code H} and {@code W} rows and columns of a
 * picture, {@code h} and {@code w} of its patches, {@code p} the edge of a patch, {@code E}
 * channels of the condition.
 */
@NullMarked
package dev.masquerade.model.codec.diffusion;

import org.jspecify.annotations.NullMarked;
