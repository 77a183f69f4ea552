package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;

/**
 * One modality of a generated sample.
 *
 * @param name a target of the model
 * @param ids (L) of a grid, row by row; of a sequence without sentinels and end token
 * @param content what they stand for
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record GeneratedModality(ModalityName name, int[] ids, GeneratedContent content) {}
