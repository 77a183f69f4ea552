/**
 * Networks as tokenizers of stored pictures: what stands between {@link
 * dev.masquerade.modality.TokenCodec}, which knows no tensors, and the networks of {@code
 * model.codec}, which know no pictures.
 *
 * <p>A network is opened by its config alone; its weights are read when the first frame comes, so
 * that a run over tokens that were computed ahead costs nothing. Frames are brought to the range
 * that the network was trained on and back.
 */
@NullMarked
package dev.masquerade.model.tokenizer;

import org.jspecify.annotations.NullMarked;
