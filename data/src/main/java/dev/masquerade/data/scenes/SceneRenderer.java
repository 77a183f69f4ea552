package dev.masquerade.data.scenes;

import java.util.List;

/**
 * Casts the rays of a scene.
 *
 * <p>Colour takes four rays per pixel, at the centres of its quarters, and averages their light
 * before the sRGB curve; every other map takes one ray at the centre of the pixel. A surface is lit
 * by the sun where nothing stands between, and by the sky from above and a little from the table;
 * solids shine slightly. Solids darken the table around their feet by the share of sky they hide.
 *
 * <p>Stateless: one call renders one scene on the calling thread, and equal scenes give equal
 * frames on every platform.
 */
public final class SceneRenderer {

  /** Smallest picture in which solids can still be told apart. */
  public static final int SMALLEST = 16;

  /** Largest picture that is rendered. */
  public static final int LARGEST = 4096;

  private static final int SHADES = 4096;
  private static final byte[] SRGB = curve();

  private static final double SUN = 0.86;
  private static final double SKY = 0.40;
  private static final double GLOSS = 0.22;
  private static final double OFFSET = 1e-5;
  private static final double CREASE = 0.8;

  private SceneRenderer() {}

  /**
   * Renders a scene.
   *
   * @param scene what to show
   * @param size rows and columns, from {@link #SMALLEST} to {@link #LARGEST}
   */
  public static SceneFrames render(Scene scene, int size) {
    if (size < SMALLEST || size > LARGEST) {
      throw new IllegalArgumentException(
          "pictures of scenes have " + SMALLEST + " to " + LARGEST + " pixels a side, was " + size);
    }
    SceneFrames frames = new SceneFrames(size);
    new Pass(scene, frames).run();
    markEdges(frames);
    return frames;
  }

  /** The work of one scene. */
  private static final class Pass {

    private final SceneFrames frames;
    private final List<SceneObject> objects;
    private final Lens lens;
    private final RayCaster caster;
    private final Rgb table;
    private final Rgb wall;
    private final double wallY;
    private final double sunX;
    private final double sunY;
    private final double sunZ;

    // What the last ray met.
    private double t;
    private int met;
    private double nx;
    private double ny;
    private double nz;

    // Light of the last ray, added up.
    private double red;
    private double green;
    private double blue;

    Pass(Scene scene, SceneFrames frames) {
      this.frames = frames;
      objects = scene.objects();
      lens = new Lens(scene.camera());
      caster = new RayCaster(objects);
      table = scene.surroundings().table().albedo();
      wall = scene.surroundings().wall().albedo();
      wallY = scene.surroundings().wallY();
      double level = StrictMath.cos(scene.light().elevation());
      sunX = StrictMath.sin(scene.light().azimuth()) * level;
      sunY = -StrictMath.cos(scene.light().azimuth()) * level;
      sunZ = StrictMath.sin(scene.light().elevation());
    }

    void run() {
      int size = frames.size;
      // Rays of one pixel are at most this far from its central one, at the far end of the scene.
      double margin = 24 * lens.tangent() / size;
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          double across = (column + 0.5) / size;
          double down = (row + 0.5) / size;
          int candidates =
              caster.candidates(
                  lens.originX,
                  lens.originY,
                  lens.originZ,
                  lens.directionX(across, down),
                  lens.directionY(across, down),
                  lens.directionZ(down),
                  margin);
          look(across, down, candidates);
          int pixel = row * size + column;
          record(pixel);
          red = 0;
          green = 0;
          blue = 0;
          for (int quarter = 0; quarter < 4; quarter++) {
            double subAcross = (column + 0.25 + 0.5 * (quarter & 1)) / size;
            double subDown = (row + 0.25 + 0.5 * (quarter >> 1)) / size;
            look(subAcross, subDown, candidates);
            shade(subAcross, subDown);
          }
          frames.rgb[3 * pixel] = encode(red / 4);
          frames.rgb[3 * pixel + 1] = encode(green / 4);
          frames.rgb[3 * pixel + 2] = encode(blue / 4);
        }
      }
    }

    /** Finds what a point of the picture shows. */
    private void look(double across, double down, int candidates) {
      double dx = lens.directionX(across, down);
      double dy = lens.directionY(across, down);
      double dz = lens.directionZ(down);
      double toWall = dy > 0 ? (wallY - lens.originY) / dy : Double.POSITIVE_INFINITY;
      double toTable = dz < 0 ? -lens.originZ / dz : Double.POSITIVE_INFINITY;
      double behind = Math.min(toWall, toTable);
      if (candidates != 0
          && caster.cast(
              lens.originX, lens.originY, lens.originZ, dx, dy, dz, candidates, behind)) {
        t = caster.distance();
        met = caster.object();
        nx = caster.normalX();
        ny = caster.normalY();
        nz = caster.normalZ();
      } else {
        t = behind;
        met = RayCaster.NOTHING;
        boolean onTable = toTable <= toWall;
        nx = 0;
        ny = onTable ? 0 : -1;
        nz = onTable ? 1 : 0;
      }
    }

    private void record(int pixel) {
      frames.depth[pixel] = (float) t;
      frames.normals[3 * pixel] = (float) lens.toRight(nx, ny);
      frames.normals[3 * pixel + 1] = (float) lens.toUp(nx, ny, nz);
      frames.normals[3 * pixel + 2] = (float) lens.toViewer(nx, ny, nz);
      frames.instances[pixel] = (byte) met;
      int kind;
      if (met != RayCaster.NOTHING) {
        kind = objects.get(met).shape().classId();
      } else {
        kind = nz > 0 ? SceneClasses.TABLE : SceneClasses.BACKGROUND;
      }
      frames.classes[pixel] = (byte) kind;
    }

    /** Adds the light that comes from what was met. */
    private void shade(double across, double down) {
      double dx = lens.directionX(across, down);
      double dy = lens.directionY(across, down);
      double dz = lens.directionZ(down);
      double x = lens.originX + t * dx;
      double y = lens.originY + t * dy;
      double z = lens.originZ + t * dz;
      Rgb albedo;
      double sky = 0.72 + 0.28 * nz;
      if (met != RayCaster.NOTHING) {
        albedo = objects.get(met).paint().albedo();
        // Light that the table throws back.
        sky += 0.12 * Math.max(0, -nz);
      } else if (nz > 0) {
        albedo = table;
        sky *= openSky(x, y);
      } else {
        albedo = wall;
        sky *= 0.9 + 0.1 * Math.min(1, Math.max(0, z / 4));
      }
      double facing = nx * sunX + ny * sunY + nz * sunZ;
      double sun = 0;
      double gloss = 0;
      if (facing > 0 && !shadowed(x, y, z)) {
        sun = SUN * facing;
        if (met != RayCaster.NOTHING) {
          gloss = gloss(dx, dy, dz);
        }
      }
      double light = sun + SKY * sky;
      red += albedo.red() * light + gloss;
      green += albedo.green() * light + gloss;
      blue += albedo.blue() * light + gloss;
    }

    private boolean shadowed(double x, double y, double z) {
      double ox = x + OFFSET * nx;
      double oy = y + OFFSET * ny;
      double oz = z + OFFSET * nz;
      int candidates = caster.candidates(ox, oy, oz, sunX, sunY, sunZ, 0);
      return candidates != 0 && caster.blocked(ox, oy, oz, sunX, sunY, sunZ, candidates);
    }

    /** Returns the highlight of the sun on what was met, seen along a direction. */
    private double gloss(double dx, double dy, double dz) {
      double length = Math.sqrt(dx * dx + dy * dy + dz * dz);
      double hx = sunX - dx / length;
      double hy = sunY - dy / length;
      double hz = sunZ - dz / length;
      double half = Math.sqrt(hx * hx + hy * hy + hz * hz);
      double cos = Math.max(0, (hx * nx + hy * ny + hz * nz) / half);
      double power = cos * cos;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      return GLOSS * power;
    }

    /** Returns the share of sky a point of the table sees past the solids around it. */
    private double openSky(double x, double y) {
      double open = 1;
      for (SceneObject solid : objects) {
        double dx = x - solid.x();
        double dy = y - solid.y();
        double away = dx * dx + dy * dy;
        double r = solid.radius();
        open *= 1 - 0.5 * r * r / (r * r + away);
      }
      return open;
    }
  }

  private static void markEdges(SceneFrames frames) {
    int size = frames.size;
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        int pixel = row * size + column;
        frames.edges[pixel] =
            (column > 0 && ends(frames, pixel, pixel - 1, false))
                || (column + 1 < size && ends(frames, pixel, pixel + 1, true))
                || (row > 0 && ends(frames, pixel, pixel - size, false))
                || (row + 1 < size && ends(frames, pixel, pixel + size, true));
      }
    }
  }

  /** Says whether the surface of one pixel ends before a neighbour. */
  private static boolean ends(SceneFrames frames, int pixel, int neighbour, boolean after) {
    boolean sameSolid = frames.instances[pixel] == frames.instances[neighbour];
    boolean sameClass = frames.classes[pixel] == frames.classes[neighbour];
    if (!sameSolid || !sameClass) {
      return frames.depth[pixel] < frames.depth[neighbour];
    }
    if (!after || frames.instances[pixel] < 0) {
      return false;
    }
    double cosine = 0;
    for (int axis = 0; axis < 3; axis++) {
      cosine += frames.normals[3 * pixel + axis] * frames.normals[3 * neighbour + axis];
    }
    return cosine < CREASE;
  }

  private static byte encode(double light) {
    int shade = (int) (light * (SHADES - 1) + 0.5);
    return SRGB[Math.min(SHADES - 1, Math.max(0, shade))];
  }

  /** The sRGB curve, IEC 61966-2-1. */
  private static byte[] curve() {
    byte[] curve = new byte[SHADES];
    for (int i = 0; i < SHADES; i++) {
      double light = i / (double) (SHADES - 1);
      double value =
          light <= 0.0031308 ? 12.92 * light : 1.055 * StrictMath.pow(light, 1 / 2.4) - 0.055;
      curve[i] = (byte) (int) (255 * value + 0.5);
    }
    return curve;
  }
}
