/**
 * Weights as names, shapes and numbers, before they are tensors: which a model has ({@link
 * dev.masquerade.model.weights.ParameterLayout}), how they start, and how they are stored
 * (safetensors with {@code config.json} beside it, in the layout of the released 4M models).
 *
 * <p>Plain Java: nothing here needs the tensor engine, so a checkpoint can be looked at and a model
 * that does not fit can be refused before any device is touched.
 */
@NullMarked
package dev.masquerade.model.weights;

import org.jspecify.annotations.NullMarked;
