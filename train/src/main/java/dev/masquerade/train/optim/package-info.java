/**
 * How parameters move: rates as pure functions of the step, AdamW in one fused pass per group, and
 * LARS.
 *
 * <p>Nothing here depends on wall time or on what ran before: a rate is computed from the number of
 * the step, and the optimiser's whole memory is arrays that a checkpoint holds.
 */
@NullMarked
package dev.masquerade.train.optim;

import org.jspecify.annotations.NullMarked;
