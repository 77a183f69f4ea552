/**
 * Masked autoencoders: what they are ({@link dev.masquerade.model.mae.MaeConfig}, {@link
 * dev.masquerade.model.mae.MaePresets}), the network ({@link
 * dev.masquerade.model.mae.MaskedAutoencoder}), and what it makes of pictures ({@link
 * dev.masquerade.model.mae.Reconstruction}).
 *
 * <p>Letters: {@code B} rows, {@code L} places of the grid, {@code N} seen patches of a row, {@code
 * P} prefix tokens, {@code K} predicted patches of a batch, {@code E} width of the encoder, {@code
 * D} of the decoder, {@code W} numbers of one patch.
 */
@NullMarked
package dev.masquerade.model.mae;

import org.jspecify.annotations.NullMarked;
