package dev.masquerade.model.weights;

import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Computes the values with which parameters start.
 *
 * <p>They are a function of the seed and of the parameter's name, rule and shape, on any number of
 * threads: adding a modality to a model leaves the start of everything else as it was. Long tensors
 * are computed in parallel.
 */
public final class ParameterInitialiser {

  /** Values per random stream. Part of what a seed means: changing it changes every start. */
  private static final int BLOCK = 1 << 16;

  private final long seed;

  /** Creates an initialiser for a run's seed. */
  public ParameterInitialiser(long seed) {
    this.seed = seed;
  }

  /**
   * Computes one parameter.
   *
   * @param target receives its values from its position on, which does not move; may be direct, in
   *     native order, of a tensor's own memory
   */
  public void fill(ParameterSpec spec, FloatBuffer target) {
    long elements = spec.elements();
    if (target.remaining() < elements) {
      throw new IllegalArgumentException(
          spec.name() + " has " + elements + " values, the target only " + target.remaining());
    }
    FloatBuffer values = target.slice().limit((int) elements);
    InitRule rule = spec.rule();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (rule instanceof InitRule.Constant constant) {
      blocks(spec.name(), values, (random, block) -> constant(constant.value(), block));
    } else if (rule instanceof InitRule.Normal normal) {
      blocks(spec.name(), values, (random, block) -> normal(normal.deviation(), random, block));
    } else if (rule instanceof InitRule.Uniform uniform) {
      blocks(spec.name(), values, (random, block) -> uniform(uniform.bound(), random, block));
    } else if (rule instanceof InitRule.SequenceTable table) {
      values.put(PositionTables.sequence(table.length(), table.width()));
    } else if (rule instanceof InitRule.GridTable table) {
      values.put(PositionTables.grid(table.rows(), table.columns(), table.width()));
    } else if (rule instanceof InitRule.PlaceTable table) {
      values.put(
          PositionTables.places(table.rows(), table.columns(), table.width(), table.prefix()));
    } else if (rule instanceof InitRule.KeysLikeQueries keys) {
      int half = values.remaining() / 2;
      blocks(
          keys.queries(),
          values.slice(0, half),
          (random, block) -> uniform(keys.bound(), random, block));
      blocks(
          spec.name(),
          values.slice(half, half),
          (random, block) -> uniform(keys.bound(), random, block));
    } else if (rule instanceof InitRule.SameAs same) {
      fill(
          new ParameterSpec(same.other(), spec.shape(), same.rule(), false, Optional.empty()),
          values);
    } else if (rule instanceof InitRule.Frozen frozen) {
      fill(
          new ParameterSpec(spec.name(), spec.shape(), frozen.rule(), false, Optional.empty()),
          values);
    } else if (rule instanceof InitRule.PlaneTable table) {
      values.put(PositionTables.planes(table.rows(), table.columns(), table.width()));
    }
  }

  /** Computes one parameter into a new array. */
  public float[] values(ParameterSpec spec) {
    float[] values = new float[Math.toIntExact(spec.elements())];
    fill(spec, FloatBuffer.wrap(values));
    return values;
  }

  @FunctionalInterface
  private interface BlockFiller {
    void fill(UniformRandomProvider random, FloatBuffer block);
  }

  private void blocks(String name, FloatBuffer values, BlockFiller filler) {
    long stream = mix(seed ^ mix(hash(name)));
    int length = values.remaining();
    long count = (length + BLOCK - 1L) / BLOCK;
    LongStream.range(0, count)
        .parallel()
        .forEach(
            number -> {
              int from = (int) (number * BLOCK);
              UniformRandomProvider random =
                  RandomSource.XO_RO_SHI_RO_128_PP.create(mix(stream + number));
              filler.fill(random, values.slice(from, Math.min(BLOCK, length - from)));
            });
  }

  private static void constant(float value, FloatBuffer block) {
    while (block.hasRemaining()) {
      block.put(value);
    }
  }

  private static void normal(double deviation, UniformRandomProvider random, FloatBuffer block) {
    NormalizedGaussianSampler normal = ZigguratSampler.NormalizedGaussian.of(random);
    while (block.hasRemaining()) {
      block.put((float) (deviation * normal.sample()));
    }
  }

  private static void uniform(double bound, UniformRandomProvider random, FloatBuffer block) {
    float scale = (float) (2 * bound);
    while (block.hasRemaining()) {
      block.put(scale * (random.nextFloat() - 0.5f));
    }
  }

  /** FNV-1a over the name's UTF-16 units. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
