/**
 * Generation: which tokens of which modality are predicted in which step, and how a token is drawn
 * from its logits.
 *
 * <p>A plan is plain data ({@link dev.masquerade.model.sample.SamplingPlan}); together with a
 * model, what is known of a sample and a seed it decides the result.
 *
 * <p>Letters: B rows, L places of one modality, R rows of logits, V vocabulary.
 */
@NullMarked
package dev.masquerade.model.sample;

import org.jspecify.annotations.NullMarked;
