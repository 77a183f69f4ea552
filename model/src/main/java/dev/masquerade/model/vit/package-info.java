/**
 * Vision transformers over the patches of an image: their dimensions ({@link
 * dev.masquerade.model.vit.VitConfig}), the named ones ({@link
 * dev.masquerade.model.vit.VitPresets}), and the network with its masks, features and head ({@link
 * dev.masquerade.model.vit.VisionTransformer}). Tensors carry the names that MAE and timm give
 * them.
 *
 * <p>Letters: {@code B} rows, {@code L} places of the grid, {@code N} patches of a row that are
 * given, {@code P} prefix tokens (class, then registers), {@code S} = P + N tokens of a sequence,
 * {@code D} width, {@code W} numbers of one patch.
 */
@NullMarked
package dev.masquerade.model.vit;

import org.jspecify.annotations.NullMarked;
