package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FrameContent;

/**
 * One picture-like prediction with everything a figure shows of it.
 *
 * @param pair what was predicted from what
 * @param key of the sample
 * @param step of the checkpoint
 * @param input the whole input
 * @param inputContent what its planes mean
 * @param inputGrid how its patches lie
 * @param seen (patches) which of them the encoder was given, row by row
 * @param prediction expected frame
 * @param truth as stored
 * @param targetContent what the planes of both mean
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to a figure, never compared
public record PredictedFrame(
    ModalityPair pair,
    String key,
    long step,
    Planes input,
    FrameContent inputContent,
    TokenLayout.Grid inputGrid,
    boolean[] seen,
    Planes prediction,
    Planes truth,
    FrameContent targetContent) {}
