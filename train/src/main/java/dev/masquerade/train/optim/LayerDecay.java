package dev.masquerade.train.optim;

import java.util.List;

/*
 * Layers are numbered from the input: tokens, position table and patch embedding are layer 0, block
 * i is layer i + 1, and what comes after the blocks is layer depth + 1, the only one that moves at
 * the full rate [1].
 *
 * [1] Clark et al.: ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators,
 *     arXiv 2003.10555; Bao et al.: BEiT, arXiv 2106.08254.
 */
/**
 * Makes early layers of a vision transformer move more slowly than late ones: layer by layer
 * towards the input, each by the same factor.
 *
 * @param factor of one layer against the next, in {@code (0, 1]}
 * @param blocks depth of the transformer
 */
public record LayerDecay(double factor, int blocks) implements RateScale {

  /** How names of blocks begin: of vision transformers, and of the 4M encoder. */
  private static final List<String> STACKS = List.of("blocks.", "encoder.");

  public LayerDecay {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException(
          "layer decay must be more than 0 and at most 1, was " + factor);
    }
    if (blocks < 0) {
      throw new IllegalArgumentException("blocks must be at least 0, was " + blocks);
    }
  }

  @Override
  public double of(String name) {
    return Math.pow(factor, blocks + 1 - layer(name));
  }

  /** Returns the layer of a parameter, 0 at the input and {@code blocks + 1} at the output. */
  public int layer(String name) {
    switch (name) {
      case "cls_token", "dist_token", "reg_token", "register_tokens", "mask_token", "pos_embed" -> {
        return 0;
      }
      default -> {
        if (name.startsWith("patch_embed.") || name.startsWith("encoder_embeddings.")) {
          return 0;
        }
        for (String stack : STACKS) {
          if (name.startsWith(stack)) {
            return block(name, stack) + 1;
          }
        }
        return blocks + 1;
      }
    }
  }

  private int block(String name, String stack) {
    int end = name.indexOf('.', stack.length());
    int block = end < 0 ? -1 : Integer.parseInt(name.substring(stack.length(), end));
    if (block < 0 || block >= blocks) {
      throw new IllegalArgumentException(
          name + " is of no block of a transformer with " + blocks + " blocks");
    }
    return block;
  }
}
