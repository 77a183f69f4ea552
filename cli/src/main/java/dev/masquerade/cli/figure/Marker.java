package dev.masquerade.cli.figure;

/**
 * How points of one class are drawn: a shape in a colour. Neighbouring numbers differ in both, so
 * that classes can be told apart without colours; no two numbers share both.
 */
record Marker(Shape shape, int colour) {

  /** How many classes can be told apart. */
  static final int DISTINCT;

  /** What stands for everything else. */
  static final Marker OTHER = new Marker(Shape.DOT, Palette.DROPPED);

  private static final int[] COLOURS = {
    0x2f6fb7, 0xe8833a, 0x3f9b54, 0xc93c47, 0x8a63b5, 0x8d6243, 0xdb71b5, 0x6b7280, 0xa9a62b,
    0x2fb3c2
  };

  static {
    DISTINCT = COLOURS.length * Shape.values().length;
  }

  enum Shape {
    DOT,
    SQUARE,
    CROSS,
    RING
  }

  /** Returns the marker of a class, counted from 0 and below {@link #DISTINCT}. */
  static Marker of(int id) {
    int shapes = Shape.values().length;
    // The next shape once all pairs that this walk meets have been met: 20 of 40.
    int round = id / (COLOURS.length * shapes / 2);
    return new Marker(Shape.values()[(id + round) % shapes], COLOURS[id % COLOURS.length]);
  }

  /** Draws it about a point. */
  void draw(Surface surface, double x, double y, double size) {
    double half = size / 2;
    switch (shape) {
      case DOT -> surface.line(x, y, x, y, size, colour);
      case SQUARE -> surface.fill(x - half, y - half, size, size, colour);
      case CROSS -> {
        double arm = half * 0.8;
        surface.line(x - arm, y - arm, x + arm, y + arm, size / 4, colour);
        surface.line(x - arm, y + arm, x + arm, y - arm, size / 4, colour);
      }
      case RING -> {
        surface.line(x, y, x, y, size, colour);
        surface.line(x, y, x, y, half, Palette.PAPER);
      }
    }
  }
}
