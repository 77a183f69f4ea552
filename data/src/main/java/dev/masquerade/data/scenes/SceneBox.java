package dev.masquerade.data.scenes;

/**
 * The smallest rectangle around the visible pixels of a solid, as fractions of the picture.
 *
 * @param left of its first column
 * @param top of its first row
 * @param right of its last column's far side
 * @param bottom of its last row's far side
 */
public record SceneBox(double left, double top, double right, double bottom) {
  public SceneBox {
    if (!(0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1)) {
      throw new IllegalArgumentException(
          "a box lies inside the picture, was " + left + " " + top + " " + right + " " + bottom);
    }
  }
}
