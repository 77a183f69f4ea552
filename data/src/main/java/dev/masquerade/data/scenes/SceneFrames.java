package dev.masquerade.data.scenes;

import java.util.Optional;

/**
 * The aligned pictures of one scene. The arrays belong to the frames; readers leave them as they
 * are. Letters: S rows and columns, row by row.
 */
public final class SceneFrames {

  /** S, in pixels. */
  public final int size;

  /** (S, S, 3) red, green, blue, sRGB, 8 bits; averaged over 2 x 2 rays per pixel. */
  public final byte[] rgb;

  /** (S, S) distance along the optical axis at pixel centres, in scene units. */
  public final float[] depth;

  /**
   * (S, S, 3) unit normals at pixel centres: right, up, towards the viewer, as the camera has them.
   */
  public final float[] normals;

  /** (S, S) class ids at pixel centres, see {@link SceneClasses}. */
  public final byte[] classes;

  /** (S, S) numbers of solids at pixel centres, -1 where none is seen. */
  public final byte[] instances;

  /**
   * (S, S) true on the last pixel of a surface before another one behind it, and where a surface
   * has a crease.
   */
  public final boolean[] edges;

  SceneFrames(int size) {
    this.size = size;
    int pixels = size * size;
    rgb = new byte[3 * pixels];
    depth = new float[pixels];
    normals = new float[3 * pixels];
    classes = new byte[pixels];
    instances = new byte[pixels];
    edges = new boolean[pixels];
  }

  /** Returns the share of pixels that show a solid. */
  public double coverage() {
    int covered = 0;
    for (byte instance : instances) {
      if (instance >= 0) {
        covered++;
      }
    }
    return covered / (double) instances.length;
  }

  /** Returns the number of pixels that show a solid. */
  public int visiblePixels(int object) {
    int visible = 0;
    for (byte instance : instances) {
      if (instance == object) {
        visible++;
      }
    }
    return visible;
  }

  /** Returns the box of what is seen of a solid; empty where nothing is. */
  public Optional<SceneBox> box(int object) {
    int left = size;
    int top = size;
    int right = -1;
    int bottom = -1;
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        if (instances[row * size + column] == object) {
          left = Math.min(left, column);
          right = Math.max(right, column);
          top = Math.min(top, row);
          bottom = row;
        }
      }
    }
    if (right < 0) {
      return Optional.empty();
    }
    double all = size;
    return Optional.of(new SceneBox(left / all, top / all, (right + 1) / all, (bottom + 1) / all));
  }
}
