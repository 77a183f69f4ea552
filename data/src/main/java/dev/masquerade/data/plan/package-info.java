/**
 * Which sample comes when, decided before anything is read.
 *
 * <p>Order is a pure function of the shards' sample counts, the weights of the data sets and the
 * run's seed. It does not depend on the number of processes or threads, and any place in it can be
 * found again from one number, so that a resumed run goes on with exactly the next sample.
 * Shuffling is done over addresses of samples: a window of a million samples costs 8 MB.
 */
@NullMarked
package dev.masquerade.data.plan;

import org.jspecify.annotations.NullMarked;
