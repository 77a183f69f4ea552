/**
 * Which model: its dimensions and choices ({@link dev.masquerade.model.ModelConfig}) and the named
 * ones of the 4M family ({@link dev.masquerade.model.ModelPresets}), and the models themselves
 * ({@link dev.masquerade.model.MaskedModel}, {@link dev.masquerade.model.VisionEncoder}), composed
 * of the parts in the packages below.
 *
 * <p>Letters: {@code B} rows of a batch, {@code L} places of one modality, {@code O} encoder places
 * before packing, {@code N} after, {@code P} and {@code M} the same for the decoder, {@code D}
 * width, {@code H} heads, {@code V} vocabulary.
 */
@NullMarked
package dev.masquerade.model;

import org.jspecify.annotations.NullMarked;
