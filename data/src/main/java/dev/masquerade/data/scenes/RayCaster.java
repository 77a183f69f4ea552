package dev.masquerade.data.scenes;

import java.util.List;

/**
 * Finds what a ray meets. Holds the last answer in its fields, so one instance serves one thread.
 *
 * <p>Solids are convex and stand upright, so each is intersected in closed form. A bit set of
 * candidates, from the circles that enclose the solids in space, spares most of the tests.
 */
final class RayCaster {

  /** What is met where no solid stands in the way. */
  static final int NOTHING = -1;

  private static final double NEAREST = 1e-6;

  private final int count;
  private final Shape[] shape;
  private final double[] x;
  private final double[] y;
  private final double[] radius;
  private final double[] height;
  private final double[] cosYaw;
  private final double[] sinYaw;
  private final double[] boundZ;
  private final double[] boundSquared;

  private double distance;
  private int object;
  private double normalX;
  private double normalY;
  private double normalZ;

  RayCaster(List<SceneObject> objects) {
    count = objects.size();
    shape = new Shape[count];
    x = new double[count];
    y = new double[count];
    radius = new double[count];
    height = new double[count];
    cosYaw = new double[count];
    sinYaw = new double[count];
    boundZ = new double[count];
    boundSquared = new double[count];
    for (int i = 0; i < count; i++) {
      SceneObject solid = objects.get(i);
      shape[i] = solid.shape();
      x[i] = solid.x();
      y[i] = solid.y();
      radius[i] = solid.radius();
      height[i] = solid.height();
      // StrictMath: the same bits on every platform.
      cosYaw[i] = StrictMath.cos(solid.yaw());
      sinYaw[i] = StrictMath.sin(solid.yaw());
      boundZ[i] = solid.height() / 2;
      double half = solid.height() / 2;
      double foot = solid.footprint();
      boundSquared[i] = solid.shape() == Shape.SPHERE ? half * half : half * half + foot * foot;
    }
  }

  /** Returns the distance to what was met, in lengths of the ray's direction. */
  double distance() {
    return distance;
  }

  /** Returns the number of the solid that was met, or {@link #NOTHING}. */
  int object() {
    return object;
  }

  double normalX() {
    return normalX;
  }

  double normalY() {
    return normalY;
  }

  double normalZ() {
    return normalZ;
  }

  /**
   * Returns a bit for each solid whose enclosing sphere, grown by {@code margin}, a ray passes.
   *
   * @param margin how far rays beside this one may be away from it at the solid
   */
  int candidates(double ox, double oy, double oz, double dx, double dy, double dz, double margin) {
    double length = dx * dx + dy * dy + dz * dz;
    int bits = 0;
    for (int i = 0; i < count; i++) {
      double cx = x[i] - ox;
      double cy = y[i] - oy;
      double cz = boundZ[i] - oz;
      double along = cx * dx + cy * dy + cz * dz;
      double grown = boundSquared[i];
      if (margin > 0) {
        double r = Math.sqrt(grown) + margin;
        grown = r * r;
      }
      double apart = cx * cx + cy * cy + cz * cz - along * along / length;
      if (apart <= grown && (along > 0 || cx * cx + cy * cy + cz * cz <= grown)) {
        bits |= 1 << i;
      }
    }
    return bits;
  }

  /**
   * Finds the nearest solid among candidates that a ray meets before {@code limit}, and keeps
   * distance, solid and outward unit normal.
   *
   * @return whether one was met
   */
  boolean cast(
      double ox,
      double oy,
      double oz,
      double dx,
      double dy,
      double dz,
      int candidates,
      double limit) {
    distance = limit;
    object = NOTHING;
    for (int i = 0; i < count; i++) {
      if ((candidates & (1 << i)) != 0 && meets(i, ox, oy, oz, dx, dy, dz)) {
        object = i;
      }
    }
    return object != NOTHING;
  }

  /** Says whether any candidate stands in the way of a ray. */
  boolean blocked(
      double ox, double oy, double oz, double dx, double dy, double dz, int candidates) {
    distance = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if ((candidates & (1 << i)) != 0 && meets(i, ox, oy, oz, dx, dy, dz)) {
        return true;
      }
    }
    return false;
  }

  /** Tests one solid; keeps distance and normal where it is nearer than what is kept. */
  private boolean meets(int i, double ox, double oy, double oz, double dx, double dy, double dz) {
    double px = ox - x[i];
    double py = oy - y[i];
    return switch (shape[i]) {
      case SPHERE -> meetsSphere(i, px, py, oz, dx, dy, dz);
      case CUBE -> meetsCube(i, px, py, oz, dx, dy, dz);
      case CYLINDER -> meetsCylinder(i, px, py, oz, dx, dy, dz);
      case CONE -> meetsCone(i, px, py, oz, dx, dy, dz);
    };
  }

  private boolean meetsSphere(
      int i, double px, double py, double pz, double dx, double dy, double dz) {
    double r = radius[i];
    double qz = pz - r;
    double a = dx * dx + dy * dy + dz * dz;
    double b = px * dx + py * dy + qz * dz;
    double c = px * px + py * py + qz * qz - r * r;
    double discriminant = b * b - a * c;
    if (discriminant < 0) {
      return false;
    }
    double t = (-b - Math.sqrt(discriminant)) / a;
    if (t < NEAREST || t >= distance) {
      return false;
    }
    keep(t, (px + t * dx) / r, (py + t * dy) / r, (qz + t * dz) / r);
    return true;
  }

  private boolean meetsCube(
      int i, double px, double py, double pz, double dx, double dy, double dz) {
    double cos = cosYaw[i];
    double sin = sinYaw[i];
    double r = radius[i];
    double ux = cos * px + sin * py;
    double uy = -sin * px + cos * py;
    double uz = pz - r;
    double vx = cos * dx + sin * dy;
    double vy = -sin * dx + cos * dy;
    // Division by zero gives infinities of the right sign; 0/0 cannot win a comparison.
    double nearX = (-Math.copySign(r, vx) - ux) / vx;
    double farX = (Math.copySign(r, vx) - ux) / vx;
    double nearY = (-Math.copySign(r, vy) - uy) / vy;
    double farY = (Math.copySign(r, vy) - uy) / vy;
    double nearZ = (-Math.copySign(r, dz) - uz) / dz;
    double farZ = (Math.copySign(r, dz) - uz) / dz;
    double near = Math.max(nearX, Math.max(nearY, nearZ));
    double far = Math.min(farX, Math.min(farY, farZ));
    if (!(near <= far) || near < NEAREST || near >= distance) {
      return false;
    }
    if (near == nearZ) {
      keep(near, 0, 0, -Math.signum(dz));
    } else if (near == nearX) {
      double sign = -Math.signum(vx);
      keep(near, sign * cos, sign * sin, 0);
    } else {
      double sign = -Math.signum(vy);
      keep(near, -sign * sin, sign * cos, 0);
    }
    return true;
  }

  private boolean meetsCylinder(
      int i, double px, double py, double pz, double dx, double dy, double dz) {
    double r = radius[i];
    double h = height[i];
    boolean met = false;
    double a = dx * dx + dy * dy;
    double b = px * dx + py * dy;
    double c = px * px + py * py - r * r;
    double discriminant = b * b - a * c;
    if (discriminant < 0) {
      return false;
    }
    if (a > 0) {
      double t = (-b - Math.sqrt(discriminant)) / a;
      double z = pz + t * dz;
      if (t >= NEAREST && t < distance && z >= 0 && z <= h) {
        keep(t, (px + t * dx) / r, (py + t * dy) / r, 0);
        met = true;
      }
    }
    return meetsDisc(px, py, pz, dx, dy, dz, h, r, 1)
        || meetsDisc(px, py, pz, dx, dy, dz, 0, r, -1)
        || met;
  }

  private boolean meetsCone(
      int i, double px, double py, double pz, double dx, double dy, double dz) {
    double r = radius[i];
    double h = height[i];
    double slope = r / h;
    double k = slope * slope;
    double qz = pz - h;
    double a = dx * dx + dy * dy - k * dz * dz;
    double b = px * dx + py * dy - k * qz * dz;
    double c = px * px + py * py - k * qz * qz;
    double discriminant = b * b - a * c;
    boolean met = false;
    if (discriminant >= 0 && a != 0) {
      double root = Math.sqrt(discriminant);
      met = meetsFlank((-b - root) / a, px, py, pz, dx, dy, dz, h, slope);
      met |= meetsFlank((-b + root) / a, px, py, pz, dx, dy, dz, h, slope);
    }
    return meetsDisc(px, py, pz, dx, dy, dz, 0, r, -1) || met;
  }

  private boolean meetsFlank(
      double t,
      double px,
      double py,
      double pz,
      double dx,
      double dy,
      double dz,
      double h,
      double slope) {
    double z = pz + t * dz;
    if (t < NEAREST || t >= distance || z < 0 || z > h) {
      return false;
    }
    double sx = px + t * dx;
    double sy = py + t * dy;
    double sz = slope * slope * (h - z);
    double length = Math.sqrt(sx * sx + sy * sy + sz * sz);
    if (length == 0) {
      return false;
    }
    keep(t, sx / length, sy / length, sz / length);
    return true;
  }

  private boolean meetsDisc(
      double px,
      double py,
      double pz,
      double dx,
      double dy,
      double dz,
      double level,
      double r,
      double up) {
    // Only from its outer side.
    if (dz * up >= 0) {
      return false;
    }
    double t = (level - pz) / dz;
    if (t < NEAREST || t >= distance) {
      return false;
    }
    double sx = px + t * dx;
    double sy = py + t * dy;
    if (sx * sx + sy * sy > r * r) {
      return false;
    }
    keep(t, 0, 0, up);
    return true;
  }

  private void keep(double t, double nx, double ny, double nz) {
    distance = t;
    normalX = nx;
    normalY = ny;
    normalZ = nz;
  }
}
