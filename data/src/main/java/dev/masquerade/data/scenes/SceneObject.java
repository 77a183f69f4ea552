package dev.masquerade.data.scenes;

/**
 * A solid that stands on the table.
 *
 * @param shape what it is
 * @param paint its colour
 * @param magnitude its size in words
 * @param x of its centre, to the right
 * @param y of its centre, away from the viewer
 * @param radius of a sphere, of the round base of a cylinder or cone; of a cube, half an edge
 * @param height from the table to its top
 * @param yaw turn of a cube about the vertical, in radians; 0 for round solids
 */
public record SceneObject(
    Shape shape,
    Paint paint,
    Magnitude magnitude,
    double x,
    double y,
    double radius,
    double height,
    double yaw) {

  public SceneObject {
    if (!(radius > 0 && height > 0)) {
      throw new IllegalArgumentException(
          "a solid needs a positive radius and height, had " + radius + " and " + height);
    }
  }

  /** Returns a solid of the proportions of its shape. */
  static SceneObject standing(
      Shape shape, Paint paint, Magnitude magnitude, double x, double y, double size, double yaw) {
    return switch (shape) {
      case SPHERE ->
          new SceneObject(shape, paint, magnitude, x, y, 1.04 * size, 2 * 1.04 * size, 0);
      case CUBE ->
          new SceneObject(shape, paint, magnitude, x, y, 0.86 * size, 2 * 0.86 * size, yaw);
      case CYLINDER -> new SceneObject(shape, paint, magnitude, x, y, 0.8 * size, 1.8 * size, 0);
      case CONE -> new SceneObject(shape, paint, magnitude, x, y, 1.06 * size, 2.2 * size, 0);
    };
  }

  /** Returns the radius of the smallest circle on the table that holds its footprint. */
  double footprint() {
    return shape == Shape.CUBE ? radius * Math.sqrt(2) : radius;
  }

  /** Returns colour and shape in words, which name a solid uniquely within its scene. */
  public String label() {
    return paint.word() + " " + shape.word();
  }
}
