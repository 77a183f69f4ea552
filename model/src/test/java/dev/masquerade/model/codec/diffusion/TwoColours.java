package dev.masquerade.model.codec.diffusion;

import dev.masquerade.modality.Planes;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Pictures of 16 x 16 in [-1, 1] whose left and right halves have a colour each. */
final class TwoColours {

  static final int EDGE = 16;
  private static final float[][] COLOURS = {
    {0.8f, -0.7f, -0.7f}, {-0.7f, 0.7f, -0.6f}, {-0.6f, -0.7f, 0.8f}, {0.7f, 0.7f, 0.7f}
  };

  private TwoColours() {}

  static List<Planes> draw(int count, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    List<Planes> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] left = COLOURS[rng.nextInt(COLOURS.length)];
      float[] right = COLOURS[rng.nextInt(COLOURS.length)];
      float[] values = new float[3 * EDGE * EDGE];
      for (int k = 0; k < values.length; k++) {
        values[k] = (k % EDGE < EDGE / 2 ? left : right)[k / (EDGE * EDGE)];
      }
      frames.add(new Planes(3, EDGE, EDGE, values));
    }
    return frames;
  }

  /** Joins frames to (B, 3, 16, 16). */
  static float[] together(List<Planes> frames) {
    float[] all = new float[frames.size() * 3 * EDGE * EDGE];
    for (int i = 0; i < frames.size(); i++) {
      float[] values = frames.get(i).values();
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return all;
  }

  /** Returns the mean squared difference of frames. */
  static double error(List<Planes> some, List<Planes> others) {
    float[] a = together(some);
    float[] b = together(others);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return sum / a.length;
  }
}
