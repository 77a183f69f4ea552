package dev.masquerade.cli.figure;

/** A figure of no size, for cells that stay empty. */
enum Blank implements Figure {
  /** The only one. */
  NOTHING;

  @Override
  public int width() {
    return 0;
  }

  @Override
  public int height() {
    return 0;
  }

  @Override
  public void draw(Surface surface, int x, int y) {}
}
