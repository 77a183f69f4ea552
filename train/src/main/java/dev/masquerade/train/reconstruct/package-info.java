/**
 * How well a masked autoencoder puts back what was taken from held-out pictures, beside answers
 * that need no network.
 */
@NullMarked
package dev.masquerade.train.reconstruct;

import org.jspecify.annotations.NullMarked;
