package dev.masquerade.train.config;

import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.DivaeConfig;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import java.util.Optional;

/**
 * A decoder of a tokenizer that generates, before its modality is opened.
 *
 * @param shape of the network; channels are replaced by the modality's, and those of the condition
 *     by the latents'
 * @param noise what it is trained to undo
 * @param clips whether guesses are clipped; empty for what fits the modality
 * @param dropout how often codes are withheld in training
 * @param decoding how it generates
 * @param frozenEncoder whether encoder and codes stay as they are
 */
public record DiffusionChoice(
    UnetConfig shape,
    DiffusionConfig noise,
    Optional<Boolean> clips,
    ConditionDropout dropout,
    DecodingSettings decoding,
    boolean frozenEncoder) {

  /**
   * Settles the tokenizer.
   *
   * @param bounded whether what is generated lies in [-1, 1]
   */
  DivaeConfig config(VqEncoderConfig tokens, boolean bounded) {
    return new DivaeConfig(
        tokens,
        new UnetConfig(
            tokens.channels(),
            tokens.latentWidth(),
            shape.patch(),
            shape.width(),
            shape.residualBlocks(),
            shape.attentionAt(),
            shape.multipliers(),
            shape.heads()),
        new DiffusionConfig(
            noise.timesteps(),
            noise.prediction(),
            noise.schedule(),
            noise.zeroTerminalSnr(),
            clips.orElse(bounded)),
        dropout,
        decoding,
        frozenEncoder);
  }
}
