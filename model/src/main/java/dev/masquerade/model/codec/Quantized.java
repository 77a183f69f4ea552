package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Latents after a quantizer; the arrays belong to the scope of the call.
 *
 * @param values (K, d) what a decoder is given
 * @param ids (K, H) int64
 * @param loss a scalar that training adds to its loss, or null where there is none
 */
public record Quantized(NDArray values, NDArray ids, @Nullable NDArray loss) {}
