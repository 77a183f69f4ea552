package dev.masquerade.data.scenes;

import dev.masquerade.modality.Planes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which colours of solids a picture shows, told by its pixels alone.
 *
 * <p>Shading scales the light of a surface and hardly turns its hue. So every pixel is brought to
 * linear light and to shares of the three primaries, and counts for the material, of all solids,
 * tables and walls, whose shares are nearest.
 */
public final class SceneColours {

  /** Share of the picture from which a colour counts as seen; solids cover more, if in view. */
  public static final double LEAST_SHARE = 0.015;

  private static final double DARK = 0.02;

  private SceneColours() {}

  /**
   * Returns the share of pixels that look like each colour.
   *
   * @param rgb (3, H, W) sRGB samples in {@code [0, 1]}
   */
  public static Map<Paint, Double> shares(Planes rgb) {
    List<Rgb> materials = new ArrayList<>();
    for (Paint paint : Paint.values()) {
      materials.add(paint.albedo());
    }
    for (Surroundings.TableTop table : Surroundings.TableTop.values()) {
      materials.add(table.albedo());
    }
    for (Surroundings.Wall wall : Surroundings.Wall.values()) {
      materials.add(wall.albedo());
    }
    int pixels = rgb.height() * rgb.width();
    int[] counts = new int[materials.size()];
    for (int pixel = 0; pixel < pixels; pixel++) {
      double red = linear(rgb.values()[pixel]);
      double green = linear(rgb.values()[pixels + pixel]);
      double blue = linear(rgb.values()[2 * pixels + pixel]);
      if (red + green + blue > DARK) {
        counts[nearest(materials, red, green, blue)]++;
      }
    }
    Map<Paint, Double> shares = new EnumMap<>(Paint.class);
    for (Paint paint : Paint.values()) {
      shares.put(paint, (double) counts[paint.ordinal()] / pixels);
    }
    return shares;
  }

  /** Returns the colours that cover at least {@link #LEAST_SHARE} of a picture. */
  public static Set<Paint> seen(Planes rgb) {
    Set<Paint> seen = EnumSet.noneOf(Paint.class);
    shares(rgb)
        .forEach(
            (paint, share) -> {
              if (share >= LEAST_SHARE) {
                seen.add(paint);
              }
            });
    return seen;
  }

  private static int nearest(List<Rgb> materials, double red, double green, double blue) {
    double sum = red + green + blue;
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < materials.size(); i++) {
      Rgb material = materials.get(i);
      double light = material.red() + material.green() + material.blue();
      double dr = red / sum - material.red() / light;
      double dg = green / sum - material.green() / light;
      double db = blue / sum - material.blue() / light;
      double distance = dr * dr + dg * dg + db * db;
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  private static double linear(double sample) {
    double clamped = Math.max(0, Math.min(1, sample));
    return clamped <= 0.04045 ? clamped / 12.92 : Math.pow((clamped + 0.055) / 1.055, 2.4);
  }
}
