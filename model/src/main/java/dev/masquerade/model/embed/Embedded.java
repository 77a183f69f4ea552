package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;

/**
 * Tokens of one side, before any block. Padding and registers are zero in {@code places}; padding
 * is zero in {@code contents} too.
 *
 * @param contents (B, N, D) what stands there
 * @param places (B, N, D) where it stands and of which modality it is
 */
public record Embedded(NDArray contents, NDArray places) {}
