package dev.masquerade.model.byol;

/**
 * Widths of a head: linear map, batch norm, rectifier, linear map.
 *
 * @param inputs width it takes
 * @param hidden width between its maps
 * @param outputs width it gives
 */
public record HeadShape(int inputs, int hidden, int outputs) {

  private static final int WIDEST = 1 << 16;

  public HeadShape {
    require("inputs", inputs);
    require("hidden", hidden);
    require("outputs", outputs);
  }

  private static void require(String name, int width) {
    if (width < 1 || width > WIDEST) {
      throw new IllegalArgumentException(
          "the " + name + " of a head must lie in [1, " + WIDEST + "], was " + width);
    }
  }
}
