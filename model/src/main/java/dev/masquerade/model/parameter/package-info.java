/**
 * Parameters on a device and their gradients.
 *
 * <p>{@link dev.masquerade.model.parameter.Parameters} holds one float32 array per tensor of a
 * {@link dev.masquerade.model.weights.ParameterLayout}, under the names of checkpoints; tensors
 * that stand under two names are one array. {@link dev.masquerade.model.parameter.Gradients} line
 * up with what is trainable.
 */
@NullMarked
package dev.masquerade.model.parameter;

import org.jspecify.annotations.NullMarked;
