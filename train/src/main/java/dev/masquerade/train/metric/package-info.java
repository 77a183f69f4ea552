/**
 * Numbers over time: JSON lines for programs, TensorBoard events for curves, a listener for the
 * person who waits.
 *
 * <p>Values that a run decides (losses, rates, norms) and values that the machine decides (speed,
 * memory) never share a line, so that the lines of a resumed run equal those of a run that was
 * never stopped, apart from the time each was written.
 */
@NullMarked
package dev.masquerade.train.metric;

import org.jspecify.annotations.NullMarked;
