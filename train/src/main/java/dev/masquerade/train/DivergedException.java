package dev.masquerade.train;

/** Too many steps in a row had losses or gradients that are not finite. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * Creates the exception.
   *
   * @param step optimiser steps finished
   * @param message which losses, and what to do
   */
  public DivergedException(long step, String message) {
    super(message);
    this.step = step;
  }

  /** Returns how many optimiser steps were finished. */
  public long step() {
    return step;
  }
}
