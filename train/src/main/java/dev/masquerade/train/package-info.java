/**
 * The run: one readable loop from batches to a trained model, with everything that makes it safe to
 * stop, to kill and to resume.
 *
 * <p>A run is a pure function of its configuration on a CPU: killed at any moment and resumed, it
 * gives the losses and the order of samples of a run that was never killed, bit for bit. Letters: B
 * rows of a batch, N and M packed places of encoder and decoder.
 */
@NullMarked
package dev.masquerade.train;

import org.jspecify.annotations.NullMarked;
