package dev.masquerade.data.scenes;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Makes up scenes that are busy and in which every solid can be seen.
 *
 * <p>A model that sees nothing can still guess what stands where most often. In a scene of small
 * solids on a wide table that guess is nearly always right, and there is little left to learn. So
 * solids shall cover about half of the picture, none may be hidden, and none may be cut to a sliver
 * by the frame: arrangements are drawn until one does well on a coarse picture, and the best of
 * them is taken where none does.
 */
final class SceneComposer {

  private static final long COMPOSITION = 0;
  private static final int ATTEMPTS = 48;
  private static final int DARTS = 24;
  private static final int COARSE = 24;
  private static final double LEAST_COVERAGE = 0.40;
  private static final double MOST_COVERAGE = 0.64;

  /** A solid must show this share of the pictures' pixels. */
  private static final double LEAST_VISIBLE = 0.02;

  /** Gap between solids, in scene units; less than 0 would let them cut into each other. */
  private static final double GAP = 0.06;

  private SceneComposer() {}

  static Scene compose(long seed, long index) {
    UniformRandomProvider rng = Scene.stream(seed, index, COMPOSITION);
    int count = rng.nextInt(Scene.FEWEST_OBJECTS, Scene.MOST_OBJECTS + 1);
    Surroundings surroundings = surroundings(rng);
    SceneLight light = light(rng);
    List<Part> parts = parts(rng, count);
    Scene best = null;
    double bestFault = Double.POSITIVE_INFINITY;
    for (int attempt = 1; ; attempt++) {
      SceneCamera camera = camera(rng, count);
      List<SceneObject> objects = arrange(rng, parts, attempt);
      if (objects != null) {
        Scene scene = new Scene(seed, index, objects, camera, light, surroundings);
        double fault = fault(scene);
        if (fault < bestFault) {
          best = scene;
          bestFault = fault;
        }
      }
      if (best != null && (bestFault == 0 || attempt >= ATTEMPTS)) {
        return best;
      }
    }
  }

  private static Surroundings surroundings(UniformRandomProvider rng) {
    Surroundings.TableTop[] tables = Surroundings.TableTop.values();
    Surroundings.Wall[] walls = Surroundings.Wall.values();
    return new Surroundings(
        tables[rng.nextInt(tables.length)],
        walls[rng.nextInt(walls.length)],
        rng.nextDouble(3.4, 4.4));
  }

  private static SceneLight light(UniformRandomProvider rng) {
    double side = rng.nextBoolean() ? 1 : -1;
    return new SceneLight(side * rng.nextDouble(0.5, 1.25), rng.nextDouble(0.75, 1.05));
  }

  private static SceneCamera camera(UniformRandomProvider rng, int count) {
    // Nearer where there is less to see.
    double distance = 6.5 + 0.62 * (count - Scene.FEWEST_OBJECTS) + rng.nextDouble(-0.3, 0.3);
    return new SceneCamera(
        rng.nextDouble(-0.2, 0.2),
        rng.nextDouble(-0.2, 0.2),
        rng.nextDouble(0.75, 0.95),
        rng.nextDouble(-0.35, 0.35),
        rng.nextDouble(0.34, 0.76),
        distance,
        rng.nextDouble(0.66, 0.74));
  }

  /**
   * Draws what stands on the table before where it stands: solids that take little room must not be
   * drawn more often because they find room more easily.
   */
  private static List<Part> parts(UniformRandomProvider rng, int count) {
    // Many large solids find no room; few small ones leave the picture empty.
    double shareOfLarge = 0.95 - 0.14 * (count - Scene.FEWEST_OBJECTS);
    boolean[] taken = new boolean[Shape.values().length * Paint.values().length];
    List<Part> parts = new ArrayList<>();
    while (parts.size() < count) {
      Shape shape = Shape.values()[rng.nextInt(Shape.values().length)];
      Paint paint = Paint.values()[rng.nextInt(Paint.values().length)];
      int label = shape.ordinal() * Paint.values().length + paint.ordinal();
      if (!taken[label]) {
        taken[label] = true;
        Magnitude magnitude = rng.nextDouble() < shareOfLarge ? Magnitude.LARGE : Magnitude.SMALL;
        parts.add(new Part(shape, paint, magnitude, magnitude.radius(rng.nextDouble())));
      }
    }
    return parts;
  }

  /**
   * Throws solids on the table until they stand apart; null where one finds no room. The table they
   * are thrown on grows from attempt to attempt, so that in the end there is room.
   */
  private static @Nullable List<SceneObject> arrange(
      UniformRandomProvider rng, List<Part> parts, int attempt) {
    double reach = 1.15 + 0.3 * (parts.size() - Scene.FEWEST_OBJECTS) + 0.01 * attempt;
    List<SceneObject> objects = new ArrayList<>();
    for (Part part : parts) {
      double yaw = rng.nextDouble(0, Math.PI / 2);
      SceneObject placed = null;
      for (int dart = 0; dart < DARTS && placed == null; dart++) {
        double x = rng.nextDouble(-reach, reach);
        double y = rng.nextDouble(-reach, reach);
        SceneObject thrown = part.at(x, y, yaw);
        placed = standsApart(thrown, objects) ? thrown : null;
      }
      if (placed == null) {
        return null;
      }
      objects.add(placed);
    }
    return objects;
  }

  private static boolean standsApart(SceneObject one, List<SceneObject> others) {
    for (SceneObject other : others) {
      double dx = one.x() - other.x();
      double dy = one.y() - other.y();
      double least = one.footprint() + other.footprint() + GAP;
      if (dx * dx + dy * dy < least * least) {
        return false;
      }
    }
    return true;
  }

  /** Returns 0 for a scene that will do, and more the further it is from that. */
  private static double fault(Scene scene) {
    Lens lens = new Lens(scene.camera());
    RayCaster caster = new RayCaster(scene.objects());
    int[] visible = new int[scene.objects().size()];
    int covered = 0;
    for (int row = 0; row < COARSE; row++) {
      double down = (row + 0.5) / COARSE;
      double dz = lens.directionZ(down);
      for (int column = 0; column < COARSE; column++) {
        double across = (column + 0.5) / COARSE;
        double dx = lens.directionX(across, down);
        double dy = lens.directionY(across, down);
        int candidates = caster.candidates(lens.originX, lens.originY, lens.originZ, dx, dy, dz, 0);
        if (candidates != 0
            && caster.cast(
                lens.originX,
                lens.originY,
                lens.originZ,
                dx,
                dy,
                dz,
                candidates,
                Double.POSITIVE_INFINITY)) {
          visible[caster.object()]++;
          covered++;
        }
      }
    }
    double pixels = COARSE * COARSE;
    double coverage = covered / pixels;
    double fault = Math.max(0, LEAST_COVERAGE - coverage) + Math.max(0, coverage - MOST_COVERAGE);
    for (int i = 0; i < visible.length; i++) {
      SceneObject solid = scene.objects().get(i);
      fault += 10 * Math.max(0, LEAST_VISIBLE - visible[i] / pixels);
      double middle = solid.height() / 2;
      fault += outside(lens.across(solid.x(), solid.y(), middle));
      fault += outside(lens.down(solid.x(), solid.y(), middle));
    }
    return fault;
  }

  /** Returns how far a solid's middle is from the inner part of the picture. */
  private static double outside(double fraction) {
    return Math.max(0, 0.08 - fraction) + Math.max(0, fraction - 0.92);
  }

  /** A solid that has no place yet. */
  private record Part(Shape shape, Paint paint, Magnitude magnitude, double size) {

    SceneObject at(double x, double y, double yaw) {
      return SceneObject.standing(shape, paint, magnitude, x, y, size, yaw);
    }
  }
}
