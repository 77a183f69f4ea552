package dev.masquerade.cli.figure;

import dev.masquerade.modality.Planes;

/** Paints surface normals: red is right, green is up, blue is towards the viewer. */
public final class NormalColours {

  private NormalColours() {}

  /**
   * Paints normals, brought to length 1 first; means of codebooks are shorter.
   *
   * @param normals 3 planes in {@code [-1, 1]}
   */
  public static Picture paint(Planes normals) {
    if (normals.channels() != 3) {
      throw new IllegalArgumentException("normals need 3 planes, had " + normals.channels());
    }
    int pixels = normals.width() * normals.height();
    float[] values = normals.values().clone();
    for (int i = 0; i < pixels; i++) {
      double squared = 0;
      for (int axis = 0; axis < 3; axis++) {
        squared += (double) values[axis * pixels + i] * values[axis * pixels + i];
      }
      double length = Math.sqrt(squared);
      for (int axis = 0; axis < 3 && length > 0; axis++) {
        values[axis * pixels + i] /= (float) length;
      }
    }
    return Picture.ofPlanes(new Planes(3, normals.height(), normals.width(), values), -1, 1);
  }
}
