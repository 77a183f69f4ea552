package dev.masquerade.data.scenes;

/**
 * A pinhole camera that looks at a point over the table.
 *
 * @param targetX x of the point in the middle of the picture
 * @param targetY y of that point
 * @param targetZ z of that point
 * @param azimuth turn about the vertical, in radians; 0 looks along y, positive stands to the right
 * @param elevation angle above the table, in radians, in (0, pi/2)
 * @param distance from the point, in scene units
 * @param fieldOfView angle of the whole picture, in radians, equal in width and height
 */
public record SceneCamera(
    double targetX,
    double targetY,
    double targetZ,
    double azimuth,
    double elevation,
    double distance,
    double fieldOfView) {

  public SceneCamera {
    if (!(elevation > 0 && elevation < Math.PI / 2 && distance > 0)) {
      throw new IllegalArgumentException(
          "a camera looks down at the table from a distance, was elevation="
              + elevation
              + " distance="
              + distance);
    }
  }
}
