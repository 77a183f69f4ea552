package dev.masquerade.data.scenes;

/**
 * The sun: light of one direction, which throws hard shadows.
 *
 * @param azimuth where it comes from, in radians about the vertical; 0 is from behind the viewer,
 *     positive from the right
 * @param elevation angle above the table, in radians, in (0, pi/2)
 */
public record SceneLight(double azimuth, double elevation) {

  public SceneLight {
    if (!(elevation > 0 && elevation < Math.PI / 2)) {
      throw new IllegalArgumentException("the sun stands above the table, was " + elevation);
    }
  }
}
