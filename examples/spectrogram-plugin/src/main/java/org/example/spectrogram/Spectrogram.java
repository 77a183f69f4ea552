package org.example.spectrogram;

import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Logarithm of the energy in bands of pitch, over time.
 *
 * @param rate samples per second
 * @param bands number of bands, evenly spread over the mel scale up to half the rate
 * @param frames number of time steps of 10 ms, each seen through a window of 25 ms
 */
record Spectrogram(int rate, int bands, int frames) {

  /** Energy below this counts as silence. */
  private static final double SILENCE = 1e-8;

  /** Returns (bands, frames) numbers, roughly between -1 and 1. */
  float[] of(float[] samples) {
    int hop = rate / 100;
    int window = rate / 40;
    int size = Integer.highestOneBit(window - 1) * 2;
    double[] edges = edges();
    FastFourierTransformer transformer = new FastFourierTransformer(DftNormalization.STANDARD);
    float[] result = new float[bands * frames];
    double[] seen = new double[size];
    for (int frame = 0; frame < frames; frame++) {
      for (int i = 0; i < window; i++) {
        int at = frame * hop + i;
        double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window);
        seen[i] = at < samples.length ? samples[at] * hann : 0;
      }
      Complex[] spectrum = transformer.transform(seen, TransformType.FORWARD);
      for (int band = 0; band < bands; band++) {
        double energy = 0;
        for (int bin = 0; bin <= size / 2; bin++) {
          double hertz = (double) bin * rate / size;
          double weight = triangle(hertz, edges[band], edges[band + 1], edges[band + 2]);
          double magnitude = weight > 0 ? spectrum[bin].abs() / window : 0;
          energy += weight * magnitude * magnitude;
        }
        result[band * frames + frame] = (float) (1 + Math.log10(SILENCE + energy) / 4);
      }
    }
    return result;
  }

  private double[] edges() {
    double top = 2595 * Math.log10(1 + rate / 2.0 / 700);
    double[] edges = new double[bands + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = 700 * (Math.pow(10, top * i / (bands + 1) / 2595) - 1);
    }
    return edges;
  }

  private static double triangle(double hertz, double low, double middle, double high) {
    if (hertz <= low || hertz >= high) {
      return 0;
    }
    return hertz < middle ? (hertz - low) / (middle - low) : (high - hertz) / (high - middle);
  }
}
