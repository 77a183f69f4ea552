/**
 * Learning from two views of each sample without negatives, after BYOL: a backbone with a
 * projection and a prediction head predicts what a slow average of backbone and projection makes of
 * the other view.
 *
 * <p>{@link dev.masquerade.model.byol.ByolNetwork} trains a vision transformer this way; {@link
 * dev.masquerade.model.byol.TwoViews} does the same for any features.
 *
 * <p>Letters: {@code B} samples, {@code D} width of features.
 *
 * @see <a href="https://arxiv.org/abs/2006.07733">Bootstrap Your Own Latent: A New Approach to
 *     Self-Supervised Learning</a>
 */
@NullMarked
package dev.masquerade.model.byol;

import org.jspecify.annotations.NullMarked;
