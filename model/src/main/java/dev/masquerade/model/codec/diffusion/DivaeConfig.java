package dev.masquerade.model.codec.diffusion;

import dev.masquerade.model.codec.VqEncoderConfig;

/**
 * Dimensions and choices of a tokenizer whose decoder generates.
 *
 * @param tokens the half that makes ids; numbers, not classes
 * @param decoder the network that says what a noisy picture was
 * @param diffusion what it is trained to undo
 * @param dropout how often it is not told all tokens in training
 * @param decoding how it generates where nothing else is asked for
 * @param frozenEncoder whether only the decoder is trained, behind an encoder and codes that come
 *     from another tokenizer
 */
public record DivaeConfig(
    VqEncoderConfig tokens,
    UnetConfig decoder,
    DiffusionConfig diffusion,
    ConditionDropout dropout,
    DecodingSettings decoding,
    boolean frozenEncoder) {

  public DivaeConfig {
    if (tokens.ofClasses()) {
      throw new IllegalArgumentException(
          "a diffusion decoder generates numbers, but the tokenizer is of "
              + tokens.classes()
              + " classes. Use a decoder that gives a score per class");
    }
    if (decoder.channels() != tokens.channels()) {
      throw new IllegalArgumentException(
          "the encoder takes "
              + tokens.channels()
              + " channels, but the decoder gives "
              + decoder.channels()
              + ". Set channels of the decoder to "
              + tokens.channels());
    }
    if (decoder.conditionChannels() != tokens.latentWidth()) {
      throw new IllegalArgumentException(
          "latents have "
              + tokens.latentWidth()
              + " numbers, but the decoder takes "
              + decoder.conditionChannels()
              + ". Set condition channels of the decoder to "
              + tokens.latentWidth());
    }
    // Refuses what the decoder cannot do.
    decoding.stepper(diffusion, dropout);
    decoder.requireFits(
        (long) tokens.rows() * tokens.patchSize(), (long) tokens.columns() * tokens.patchSize());
  }

  /** Returns the same for a grid of other size. */
  public DivaeConfig withGrid(int rows, int columns) {
    return new DivaeConfig(
        tokens.withGrid(rows, columns), decoder, diffusion, dropout, decoding, frozenEncoder);
  }
}
