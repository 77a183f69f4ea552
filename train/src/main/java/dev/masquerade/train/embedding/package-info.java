/**
 * Files of embeddings: one row of numbers per image, each with the name of its image, maybe a
 * label, and what was wrong where the image could not be used.
 *
 * <p>{@link dev.masquerade.train.embedding.EmbeddingWriter} appends rows as a model gives them and
 * keeps them through a kill; {@link dev.masquerade.train.embedding.EmbeddingTable} reads what was
 * written, or what others wrote: {@code .npy}, {@code .safetensors}, and the {@code .csv} of
 * Lightly. Rows are read where they lie in the file, so that a table may be larger than memory.
 */
@NullMarked
package dev.masquerade.train.embedding;

import org.jspecify.annotations.NullMarked;
