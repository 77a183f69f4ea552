package dev.masquerade.model.sample;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Draws from streams that are a function of (seed of the plan, seed of the row, target, step). */
final class StreamDraws implements Draws {

  private final SampleStreams streams;
  private final long[] rowSeeds;

  StreamDraws(long planSeed, long[] rowSeeds) {
    this.streams = new SampleStreams(planSeed);
    this.rowSeeds = rowSeeds.clone();
  }

  @Override
  public double[] uniforms(int row, int target, int step, int[] candidates) {
    UniformRandomProvider rng = stream(row, target, step, "tokens");
    double[] uniforms = new double[candidates.length];
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = rng.nextDouble();
    }
    return uniforms;
  }

  @Override
  public int[] places(int row, int target, int step, int[] open, int count) {
    UniformRandomProvider rng = stream(row, target, step, "places");
    int[] shuffled = open.clone();
    for (int i = 0; i < count; i++) {
      int other = i + rng.nextInt(shuffled.length - i);
      int place = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = place;
    }
    int[] chosen = Arrays.copyOf(shuffled, count);
    Arrays.sort(chosen);
    return chosen;
  }

  private UniformRandomProvider stream(int row, int target, int step, String what) {
    return streams.stream(rowSeeds[row], target + "/" + step + "/" + what, Purpose.GENERATION);
  }
}
