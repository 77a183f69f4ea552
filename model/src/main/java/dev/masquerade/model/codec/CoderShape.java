package dev.masquerade.model.codec;

import dev.masquerade.model.vit.VitConfig;

/** What lies between content and latents, on either side of a quantizer. */
public sealed interface CoderShape {

  /** Returns D, the width of its tokens. */
  int width();

  /**
   * A vision transformer without a norm at its end.
   *
   * @param width D, divisible by heads, and by 4 for positions
   * @param depth blocks, at least 1
   * @param heads attention heads
   * @param mlpRatio hidden width of feed-forward parts over D
   * @param postMlp whether a residual feed-forward part with tanh follows the blocks
   * @param dropPath largest probability, in {@code [0, 1)}, of skipping a residual branch in
   *     training; grows linearly from 0 with depth
   */
  record VisionTransformer(
      int width, int depth, int heads, double mlpRatio, boolean postMlp, double dropPath)
      implements CoderShape {
    public VisionTransformer {
      CodecBounds.require(depth >= 1 && depth <= 1024, "depth", depth, "in [1, 1024]");
      CodecBounds.require(dropPath >= 0 && dropPath < 1, "dropPath", dropPath, "in [0, 1)");
      VitConfig.requireStack("width", width, "heads", heads, "mlpRatio", mlpRatio);
    }

    /** Creates one with hidden widths of 4 D and without drop path. */
    public VisionTransformer(int width, int depth, int heads, boolean postMlp) {
      this(width, depth, heads, 4, postMlp, 0);
    }

    /** Returns the hidden width of feed-forward parts. */
    public int hiddenWidth() {
      return VitConfig.hiddenWidth(width, mlpRatio);
    }

    /** Returns the probability of skipping a residual branch of block {@code layer}. */
    double dropPathOf(int layer) {
      return depth < 2 ? 0 : dropPath * layer / (depth - 1);
    }
  }

  /**
   * Maps every place by itself: a linear map, blocks, and a linear map.
   *
   * @param width D, at least 1
   * @param depth blocks, at least 1
   * @param expansion hidden width of a block over D, for blocks {@code x + second(gelu(first(norm
   *     x)))}; 0 for blocks {@code gelu(linear(norm x))} without a residual
   * @see <a href="https://arxiv.org/abs/2306.13575">Scaling MLPs: A Tale of Inductive Bias</a>
   */
  record PointWise(int width, int depth, int expansion) implements CoderShape {
    public PointWise {
      CodecBounds.require(width >= 1 && width <= 1 << 16, "width", width, "in [1, 65536]");
      CodecBounds.require(depth >= 1 && depth <= 1024, "depth", depth, "in [1, 1024]");
      CodecBounds.require(expansion >= 0 && expansion <= 64, "expansion", expansion, "in [0, 64]");
    }

    /** Says whether blocks have a hidden layer and a residual. */
    public boolean bottleneck() {
      return expansion > 0;
    }

    /** Returns the hidden width of a block. */
    public int hiddenWidth() {
      return width * expansion;
    }
  }
}
