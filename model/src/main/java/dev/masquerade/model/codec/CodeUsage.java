package dev.masquerade.model.codec;

import java.util.Map;

/**
 * How the codes of a tokenizer were used in one step; of several codebooks the mean.
 *
 * @param share of the codes that at least one latent became, in {@code [0, 1]}
 * @param perplexity exponential of the entropy of codes: how many there would be if all were used
 *     alike
 * @param replaced codes that were given a new place after the step
 */
public record CodeUsage(double share, double perplexity, int replaced) {

  /** Nothing was quantised. */
  public static final CodeUsage NONE = new CodeUsage(0, 0, 0);

  /**
   * Counts.
   *
   * @param counts (H, V) latents of each code
   */
  static CodeUsage of(float[] counts, int books, int replaced) {
    int codes = counts.length / books;
    double shares = 0;
    double perplexities = 0;
    for (int book = 0; book < books; book++) {
      double total = 0;
      int used = 0;
      for (int code = 0; code < codes; code++) {
        float count = counts[book * codes + code];
        total += count;
        used += count > 0 ? 1 : 0;
      }
      if (total == 0) {
        return NONE;
      }
      double entropy = 0;
      for (int code = 0; code < codes; code++) {
        double p = counts[book * codes + code] / total;
        entropy -= p > 0 ? p * Math.log(p) : 0;
      }
      shares += (double) used / codes;
      perplexities += Math.exp(entropy);
    }
    return new CodeUsage(shares / books, perplexities / books, replaced);
  }

  /** Returns it as measures of a training step. */
  public Map<String, Double> measures() {
    return Map.of(
        "codes_used", share,
        "code_perplexity", perplexity,
        "codes_replaced", (double) replaced);
  }
}
