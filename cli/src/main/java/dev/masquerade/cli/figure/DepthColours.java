package dev.masquerade.cli.figure;

/** Paints numbers as a spectrum: near is red, far is blue. */
public final class DepthColours {

  private static final int[] FAR_TO_NEAR = {
    0x30123b, 0x4145ab, 0x4675ed, 0x39a2fc, 0x1bcfd4, 0x24eca6, 0x61fc6c, 0xa4fc3b, 0xd1e834,
    0xf3c63a, 0xfe9b2d, 0xf36315, 0xd93806, 0xb11901, 0x7a0402
  };

  private DepthColours() {}

  /**
   * Paints depths between two that are shared by all pictures that are to be compared.
   *
   * @param depths (height, width) numbers; those that are not finite become grey
   * @param near painted red, with all that is nearer
   * @param far painted blue, with all that is farther; greater than {@code near}
   */
  public static Picture paint(int width, int height, float[] depths, double near, double far) {
    if (!(near < far)) {
      throw new IllegalArgumentException("near must be below far, were " + near + " and " + far);
    }
    int[] colours = new int[width * height];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = Float.isFinite(depths[i]) ? colour((far - depths[i]) / (far - near)) : 0x808080;
    }
    return new Picture(width, height, colours);
  }

  private static int colour(double nearness) {
    double place = Math.max(0, Math.min(1, nearness)) * (FAR_TO_NEAR.length - 1);
    int below = Math.min(FAR_TO_NEAR.length - 2, (int) place);
    return Blend.of(FAR_TO_NEAR[below], FAR_TO_NEAR[below + 1], place - below);
  }
}
