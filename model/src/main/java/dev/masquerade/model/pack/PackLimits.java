package dev.masquerade.model.pack;

/**
 * Largest number of tokens a packed row may hold. Tokens beyond it are cut off at the end, so later
 * modalities lose first.
 *
 * @param encoderTokens at least 1
 * @param decoderTokens at least 1
 */
public record PackLimits(int encoderTokens, int decoderTokens) {

  /** Cuts nothing off. */
  public static final PackLimits NONE = new PackLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

  public PackLimits {
    if (encoderTokens < 1 || decoderTokens < 1) {
      throw new IllegalArgumentException(
          "a packed row needs room for at least one token, was "
              + encoderTokens
              + " for the encoder and "
              + decoderTokens
              + " for the decoder");
    }
  }
}
