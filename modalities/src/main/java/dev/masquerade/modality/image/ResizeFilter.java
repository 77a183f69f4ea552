package dev.masquerade.modality.image;

/** How a pixel of a resized picture is made of pixels of the original. */
public enum ResizeFilter {
  /** The pixel under its centre. For classes, which cannot be averaged. */
  NEAREST(0),
  /** The mean of all pixels it covers. */
  BOX(0.5),
  /** A triangle over its neighbours. */
  BILINEAR(1),
  /** A cubic with a = -0.5, which keeps edges sharper. */
  BICUBIC(2);

  private final double support;

  ResizeFilter(double support) {
    this.support = support;
  }

  /** Returns how far it reaches to either side, in pixels of the smaller picture. */
  double support() {
    return support;
  }

  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case NEAREST -> 0;
      case BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case BICUBIC -> {
        double a = -0.5;
        if (x < 1) {
          yield ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        yield x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
      }
    };
  }
}
