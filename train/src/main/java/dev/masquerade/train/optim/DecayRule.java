package dev.masquerade.train.optim;

import dev.masquerade.model.weights.ModelFamily;

/**
 * Which parameters are pulled towards zero. References differ, and what a rule forgets is seen in
 * the numbers of a run, so each has a name.
 */
public enum DecayRule {
  /**
   * All but names that end in ".bias" or belong to a norm: embeddings, tokens, registers and
   * learned positions decay, whatever their rank. The rule of 4M.
   */
  NORMS_AND_BIASES_FREE {
    @Override
    public boolean decays(String name, int rank) {
      return !name.endsWith(".bias") && !name.contains("norm.") && !name.contains(".norm");
    }
  },

  /**
   * All but tensors of rank 1 or less and biases: class and mask tokens, which have rank 3, decay.
   * The rule of MAE's pre-training.
   */
  VECTORS_FREE {
    @Override
    public boolean decays(String name, int rank) {
      return rank > 1 && !name.endsWith(".bias");
    }
  },

  /**
   * As {@link #VECTORS_FREE}, and class, distillation and register tokens and the position table do
   * not decay either. The rule of fine-tuning a vision transformer.
   */
  VECTORS_AND_TOKENS_FREE {
    @Override
    public boolean decays(String name, int rank) {
      return VECTORS_FREE.decays(name, rank)
          && switch (name) {
            case "cls_token", "dist_token", "reg_token", "register_tokens", "pos_embed" -> false;
            default -> !name.endsWith(".pos_emb") && !name.endsWith(".mod_emb");
          };
    }
  };

  /** Returns the rule of the reference of a model's family. */
  public static DecayRule of(ModelFamily family) {
    return family.decaysVectors() ? NORMS_AND_BIASES_FREE : VECTORS_FREE;
  }

  /**
   * Says whether a parameter is pulled towards zero.
   *
   * @param rank number of its dimensions
   */
  public abstract boolean decays(String name, int rank);
}
