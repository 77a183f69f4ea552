/**
 * The encoder and the decoder: pre-norm blocks over packed tokens.
 *
 * <p>A whole stack is one kernel call. Java chooses the weights by their names and says what must
 * not be attended to. Letters: B rows, N encoder and M decoder places, D width.
 */
@NullMarked
package dev.masquerade.model.transformer;

import org.jspecify.annotations.NullMarked;
