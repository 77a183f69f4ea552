package dev.masquerade.cli.figure;

/** Colours that mean the same in every figure, as 0xRRGGBB. */
final class Palette {

  /** Behind everything. */
  static final int PAPER = 0xffffff;

  /** Titles and captions. */
  static final int INK = 0x1f2328;

  /** Marginal notes and axes. */
  static final int FAINT_INK = 0x6b7280;

  /** Lines of a grid behind curves. */
  static final int RULE = 0xe5e7eb;

  /** What the encoder sees. */
  static final int SEEN = 0x2f6fb7;

  /** What the decoder predicts. */
  static final int TARGET = 0xe8833a;

  /** What neither sees nor predicts. */
  static final int DROPPED = 0xd5d8dd;

  /** Places that hold nothing. */
  static final int EMPTY = 0xf6f7f9;

  private Palette() {}
}
