package dev.masquerade.model.lora;

/**
 * Adapters of a model: beside a linear map {@code W} of shape (outputs, inputs) stand {@code down}
 * of (r, inputs) and {@code up} of (outputs, r), and the model computes with {@code W + scale up
 * down}. Maps that hold several in one tensor have an r of as many times the rank.
 *
 * @param rank of the adapter of one map, at least 1
 * @param scale what {@code up down} is multiplied with, finite and not 0
 * @param parts which maps have one
 * @param embeddings whether embeddings and output heads of modalities are trained as well;
 *     otherwise nothing but the adapters is
 */
public record LoraConfig(int rank, double scale, AdaptedParts parts, boolean embeddings) {

  public LoraConfig {
    if (rank < 1) {
      throw new IllegalArgumentException("the rank of adapters must be at least 1, was " + rank);
    }
    if (scale == 0 || !Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "the scale of adapters must be finite and not 0, was " + scale);
    }
  }
}
