package dev.masquerade.model.embed;

import ai.djl.ndarray.NDList;

/**
 * What the decoder embeds the tokens of a sequence with.
 *
 * @param arrays (V, D) rows of ids, (1, P, D) of positions, (1, 1, D) of the modality; owned by the
 *     parameters
 */
public record SequenceTables(NDList arrays) {}
