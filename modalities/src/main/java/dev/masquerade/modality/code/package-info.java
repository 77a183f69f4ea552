/**
 * Modalities whose tokens are codes: ids that a tokenizer outside a model gave to patches.
 *
 * <p>Ids come from {@code .npy} and {@code .npz} members written ahead of training, or are found in
 * the loader by a {@link dev.masquerade.modality.code.PatchCodebook}, which also leads back from
 * ids to pictures. Trained tokenizers come in behind {@link dev.masquerade.modality.TokenCodec}.
 * Features of other networks are read here too, to be learned from and to become ids.
 */
@NullMarked
package dev.masquerade.modality.code;

import org.jspecify.annotations.NullMarked;
