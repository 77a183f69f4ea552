/**
 * What a trained model can do: any modality to any other in one pass, on held-out samples, beside
 * what is known without looking and what the tokenizer can express at best.
 *
 * <p>An {@link dev.masquerade.train.evaluate.Evaluator} opens a run; an {@link
 * dev.masquerade.train.evaluate.EvaluationReport} holds the numbers. Continuous targets are decoded
 * by the expected value of their codes, which errs less than the likeliest code; text is predicted
 * token by token given its beginning. Numbers are compared with truth as stored, not with truth as
 * tokenised.
 */
@NullMarked
package dev.masquerade.train.evaluate;

import org.jspecify.annotations.NullMarked;
