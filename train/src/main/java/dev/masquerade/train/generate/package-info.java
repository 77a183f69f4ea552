/**
 * Any modality from any others, for people: what a user names becomes tokens, a sampler fills in
 * what is asked for, and the ids become pictures, text and boxes again.
 *
 * <p>{@link dev.masquerade.train.generate.Generator} joins a model with what reads and writes its
 * modalities. A result is a pure function of the weights, the plan, and key and seed of a prompt:
 * the same alone or in a batch.
 */
@NullMarked
package dev.masquerade.train.generate;

import org.jspecify.annotations.NullMarked;
