package dev.masquerade.model.vit;

/** How a position table is brought to another grid. */
public enum TableResizing {
  /** Bicubic with a = -0.75, as MAE's fine-tuning does. */
  BICUBIC,
  /**
   * Bicubic with a = -0.5 and a kernel that widens where the grid shrinks, as masked vision
   * transformers do.
   */
  ANTIALIASED
}
