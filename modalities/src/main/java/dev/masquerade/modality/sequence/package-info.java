/**
 * Sequences that were computed ahead of training: ids of another vocabulary, moved up to a place of
 * their own, and vectors such as the embeddings of a language model, which an encoder can see but
 * no decoder can predict.
 */
@NullMarked
package dev.masquerade.modality.sequence;

import org.jspecify.annotations.NullMarked;
