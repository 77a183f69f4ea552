/**
 * Weights that others have released: what a file holds, told from names and shapes alone; how its
 * names translate; and how it is written in another scheme.
 */
@NullMarked
package dev.masquerade.model.weights.released;

import org.jspecify.annotations.NullMarked;
