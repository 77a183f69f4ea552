package dev.masquerade.model.codec;

import java.util.List;

/** How latents become ids. */
public sealed interface QuantizerConfig {

  /** Returns V, how many ids there are in each codebook. */
  int codes();

  /** Returns H, how many ids one latent becomes. */
  int codebooks();

  /**
   * Codes that follow the latents assigned to them by exponential averages. Each of several
   * codebooks sees its own d / H numbers of a latent.
   *
   * @param distance by what a latent finds its code
   * @param codes V, at least 1
   * @param codebooks H, at least 1
   * @param normalisedLatents whether latents are brought to length 1 first
   * @param decay of the averages, in {@code [0, 1)}
   * @param commitment weight of the squared distance between latents and their codes in the loss
   * @param deadShare a code whose average count falls below this share of what every code would
   *     have if all were used alike is replaced by a latent of the batch; 0 for never
   * @param kMeans whether codes start as the means of clusters of the first batch's latents
   */
  record Codebook(
      CodeDistance distance,
      int codes,
      int codebooks,
      boolean normalisedLatents,
      double decay,
      double commitment,
      double deadShare,
      boolean kMeans)
      implements QuantizerConfig {

    /** As released tokenizers were trained: one code in 32 times fewer places than others. */
    public static final double DEAD_SHARE = 1.0 / 32;

    public Codebook {
      requireCodes(codes, codebooks);
      CodecBounds.require(decay >= 0 && decay < 1, "decay", decay, "in [0, 1)");
      CodecBounds.require(
          commitment >= 0 && commitment <= 1e6, "commitment", commitment, "in [0, 1000000]");
      CodecBounds.require(deadShare >= 0 && deadShare <= 1, "deadShare", deadShare, "in [0, 1]");
    }

    /** Creates a codebook as released tokenizers have it. */
    public Codebook(CodeDistance distance, int codes) {
      this(distance, codes, 1, false, 0.99, 1, DEAD_SHARE, false);
    }
  }

  /**
   * Trained codes, from which keys are projected that latents look for, and values that they
   * become. Each of several codebooks sees its own d / H numbers of a latent. In training the
   * choice is drawn by Gumbel noise, and gradients flow through its probabilities.
   *
   * @param codes V, at least 1
   * @param codebooks H, at least 1
   * @param temperature of the choice in training, positive
   */
  record Memcodes(int codes, int codebooks, double temperature) implements QuantizerConfig {
    public Memcodes {
      requireCodes(codes, codebooks);
      CodecBounds.require(
          temperature > 0 && temperature <= 1e6, "temperature", temperature, "positive");
    }
  }

  /**
   * Finite scalar quantization: every number of a latent is rounded to one of a few levels, and the
   * levels together are the id, the first number's changing fastest. Nothing of it is trained.
   *
   * @param levels of each number, at least 2; as many as a latent has numbers
   * @see <a href="https://arxiv.org/abs/2309.15505">Finite Scalar Quantization: VQ-VAE Made
   *     Simple</a>
   */
  record FiniteScalar(List<Integer> levels, ScalarBound bound) implements QuantizerConfig {
    public FiniteScalar {
      levels = List.copyOf(levels);
      CodecBounds.require(!levels.isEmpty(), "levels", levels, "a number of levels or more");
      long codes = 1;
      for (int level : levels) {
        CodecBounds.require(level >= 2 && level <= 1 << 16, "levels", level, "in [2, 65536]");
        codes *= level;
        CodecBounds.require(
            codes <= 1 << 24, "the product of levels", levels, "at most " + (1 << 24) + " ids");
      }
    }

    @Override
    public int codes() {
      return levels.stream().reduce(1, Math::multiplyExact);
    }

    @Override
    public int codebooks() {
      return 1;
    }
  }

  private static void requireCodes(int codes, int codebooks) {
    CodecBounds.require(codes >= 1 && codes <= 1 << 24, "codes", codes, "in [1, 16777216]");
    CodecBounds.require(
        codebooks >= 1 && codebooks <= 1024, "codebooks", codebooks, "in [1, 1024]");
  }
}
