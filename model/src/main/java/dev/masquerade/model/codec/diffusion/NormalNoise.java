package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.StepScope;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Normal noise for pictures, each from a stream of its own: a picture's noise is the same alone.
 */
final class NormalNoise {

  private final NormalizedGaussianSampler[] streams;

  private NormalNoise(NormalizedGaussianSampler[] streams) {
    this.streams = streams;
  }

  /** Opens one stream per picture. */
  static NormalNoise of(long... seeds) {
    NormalizedGaussianSampler[] streams = new NormalizedGaussianSampler[seeds.length];
    for (int i = 0; i < seeds.length; i++) {
      streams[i] =
          ZigguratSampler.NormalizedGaussian.of(
              RandomSource.XO_RO_SHI_RO_128_PP.create(mix(seeds[i])));
    }
    return new NormalNoise(streams);
  }

  /** Draws numbers of mean 0 and variance 1 from one stream. */
  static float[] draw(UniformRandomProvider rng, int count) {
    NormalizedGaussianSampler stream = ZigguratSampler.NormalizedGaussian.of(rng);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) stream.sample();
    }
    return values;
  }

  /** Draws the next noise of every picture -> (B, channels, height, width) owned by the scope. */
  NDArray next(int channels, int height, int width, StepScope scope) {
    int each = channels * height * width;
    float[] values = new float[streams.length * each];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) streams[i / each].sample();
    }
    return scope.manager().create(values, new Shape(streams.length, channels, height, width));
  }

  /** The finaliser of SplitMix64, so that neighbouring seeds give unrelated streams. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
