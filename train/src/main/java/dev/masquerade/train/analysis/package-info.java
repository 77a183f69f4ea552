/**
 * What embeddings are worth, without a model: who lies near whom, how the rows look in two
 * dimensions, whether clusters follow labels, and whether the embedding collapsed.
 *
 * <p>Letters: {@code N} rows, {@code D} width, {@code K} components. Equal rows and seeds give
 * equal results on any number of threads.
 */
@NullMarked
package dev.masquerade.train.analysis;

import org.jspecify.annotations.NullMarked;
