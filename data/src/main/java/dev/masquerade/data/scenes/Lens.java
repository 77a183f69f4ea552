package dev.masquerade.data.scenes;

/**
 * Where a camera stands and which way each point of its picture looks.
 *
 * <p>Directions have length 1 along the optical axis, so that the distance along such a ray is the
 * depth. Points of the picture are fractions of its width from the left and of its height from the
 * top.
 */
final class Lens {

  final double originX;
  final double originY;
  final double originZ;
  private final double rightX;
  private final double rightY;
  private final double upX;
  private final double upY;
  private final double upZ;
  private final double forwardX;
  private final double forwardY;
  private final double forwardZ;
  private final double tangent;

  Lens(SceneCamera camera) {
    // StrictMath: the same bits on every platform.
    double sinAzimuth = StrictMath.sin(camera.azimuth());
    double cosAzimuth = StrictMath.cos(camera.azimuth());
    double sinElevation = StrictMath.sin(camera.elevation());
    double cosElevation = StrictMath.cos(camera.elevation());
    tangent = StrictMath.tan(camera.fieldOfView() / 2);
    forwardX = -sinAzimuth * cosElevation;
    forwardY = cosAzimuth * cosElevation;
    forwardZ = -sinElevation;
    rightX = cosAzimuth;
    rightY = sinAzimuth;
    upX = -sinAzimuth * sinElevation;
    upY = cosAzimuth * sinElevation;
    upZ = cosElevation;
    originX = camera.targetX() - camera.distance() * forwardX;
    originY = camera.targetY() - camera.distance() * forwardY;
    originZ = camera.targetZ() - camera.distance() * forwardZ;
  }

  double directionX(double across, double down) {
    return forwardX + (2 * across - 1) * tangent * rightX + (1 - 2 * down) * tangent * upX;
  }

  double directionY(double across, double down) {
    return forwardY + (2 * across - 1) * tangent * rightY + (1 - 2 * down) * tangent * upY;
  }

  double directionZ(double down) {
    return forwardZ + (1 - 2 * down) * tangent * upZ;
  }

  /** Returns half the width of the picture at depth 1. */
  double tangent() {
    return tangent;
  }

  /** Returns the part of a direction that points to the right of the picture. */
  double toRight(double x, double y) {
    return x * rightX + y * rightY;
  }

  /** Returns the part of a direction that points up in the picture. */
  double toUp(double x, double y, double z) {
    return x * upX + y * upY + z * upZ;
  }

  /** Returns the part of a direction that points back at the viewer. */
  double toViewer(double x, double y, double z) {
    return -(x * forwardX + y * forwardY + z * forwardZ);
  }

  /** Returns the depth of a point. */
  double depth(double x, double y, double z) {
    return -toViewer(x - originX, y - originY, z - originZ);
  }

  /** Returns where a point appears, as a fraction of the width from the left. */
  double across(double x, double y, double z) {
    return 0.5 + toRight(x - originX, y - originY) / (2 * tangent * depth(x, y, z));
  }

  /** Returns where a point appears, as a fraction of the height from the top. */
  double down(double x, double y, double z) {
    double up = toUp(x - originX, y - originY, z - originZ);
    return 0.5 - up / (2 * tangent * depth(x, y, z));
  }
}
