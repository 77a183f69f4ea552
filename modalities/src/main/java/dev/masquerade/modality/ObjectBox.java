package dev.masquerade.modality;

/**
 * An object and where it is, in fractions of the picture.
 *
 * @param left smallest x, in {@code [0, 1]}
 * @param top smallest y
 * @param right largest x, above {@code left}
 * @param bottom largest y, above {@code top}
 * @param name what it is
 */
public record ObjectBox(double left, double top, double right, double bottom, String name) {
  public ObjectBox {
    if (!(left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1)) {
      throw new IllegalArgumentException(
          "a box lies inside the picture and has an extent, was x from "
              + left
              + " to "
              + right
              + " and y from "
              + top
              + " to "
              + bottom);
    }
  }

  /** Returns the same object as the whole picture has it, of which a view showed a part. */
  public ObjectBox outOf(View view) {
    double x0 = view.flipped() ? 1 - right : left;
    double x1 = view.flipped() ? 1 - left : right;
    return new ObjectBox(
        view.left() + x0 * view.width(),
        view.top() + top * view.height(),
        Math.min(1, view.left() + x1 * view.width()),
        Math.min(1, view.top() + bottom * view.height()),
        name);
  }
}
