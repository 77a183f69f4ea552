/**
 * From addresses of samples to masked batches: read, decode, look at one part, tokenise, mask.
 *
 * <p>{@link dev.masquerade.data.pipeline.BatchLoader} does so ahead of its reader with several
 * threads, each filling whole batches, and hands them out in the order of the plan whatever the
 * timing. What a batch holds depends on the plan and on the run's seed only. {@link
 * dev.masquerade.data.pipeline.SampleReader} reads single samples, for evaluation and pictures.
 */
@NullMarked
package dev.masquerade.data.pipeline;

import org.jspecify.annotations.NullMarked;
