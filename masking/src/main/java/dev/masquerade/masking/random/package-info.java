/**
 * Where randomness comes from: a stream for every sample and purpose, derived from the run seed
 * alone, so that a sample is treated the same way on any number of workers and after any resume.
 */
@NullMarked
package dev.masquerade.masking.random;

import org.jspecify.annotations.NullMarked;
