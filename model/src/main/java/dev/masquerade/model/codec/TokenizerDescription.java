package dev.masquerade.model.codec;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ModelDescription;

/** A learned tokenizer, whatever its decoder, and what it turns into ids. */
public interface TokenizerDescription extends ModelDescription {

  /** Returns the half that makes ids. */
  VqEncoderConfig tokens();

  /** Returns what it turns into ids. */
  ModalitySpec image();

  /** Returns the grid of ids that a frame becomes. */
  default TokenLayout.Grid grid() {
    return CodecImage.grid(tokens(), image());
  }

  /**
   * Composes the tokenizer for use.
   *
   * @param parameters laid out by this; they stay with the caller, who closes them after the
   *     tokenizer
   */
  FrameTokenizer tokenizer(Parameters parameters, Precision precision);

  /**
   * Returns the same network for other content, such as frames of another size.
   *
   * @throws IllegalArgumentException if it does not take that, naming what it would
   */
  TokenizerDescription taking(ModalitySpec image);
}
