package dev.masquerade.cli;

import dev.masquerade.model.vit.Pooling;

/** What becomes of the tokens of an image, as command lines call it. */
enum PoolChoice {
  /** The class token. */
  CLS(Pooling.CLASS_TOKEN),
  /** The mean of all patches. */
  MEAN(Pooling.MEAN),
  /** The largest of all patches, number by number. */
  MAX(Pooling.MAX);

  private final Pooling pooling;

  PoolChoice(Pooling pooling) {
    this.pooling = pooling;
  }

  Pooling pooling() {
    return pooling;
  }
}
