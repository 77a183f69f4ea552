package dev.masquerade.model.lora;

/** Which linear maps of a model's blocks have adapters. */
public enum AdaptedParts {
  /** Self-attention of encoder and decoder. */
  SELF_ATTENTION,
  /** Cross-attention of the decoder. */
  CROSS_ATTENTION,
  /** All attention. */
  ATTENTION,
  /** Feed-forward parts. */
  MLP,
  /** Every linear map of the blocks. */
  ALL;

  /**
   * Says whether a part of a block is adapted.
   *
   * @param part its name in checkpoints: {@code attn}, {@code self_attn}, {@code cross_attn},
   *     {@code mlp}
   */
  public boolean adapts(String part) {
    return switch (part) {
      case "attn", "self_attn" -> this == SELF_ATTENTION || this == ATTENTION || this == ALL;
      case "cross_attn" -> this == CROSS_ATTENTION || this == ATTENTION || this == ALL;
      case "mlp" -> this == MLP || this == ALL;
      default -> false;
    };
  }
}
