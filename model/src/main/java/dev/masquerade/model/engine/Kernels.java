package dev.masquerade.model.engine;

import java.util.Arrays;
import java.util.stream.Stream;

/** Names that Java and the kernel sources share. */
public final class Kernels {

  static final String CHECK = "/dev/masquerade/model/kernels/check.py";

  /** Gradients of a loss, and what is done to lists of tensors in place. */
  public static final String GRADIENTS = "/dev/masquerade/model/kernels/gradients.py";

  /** Operations on tokens, for those who build networks of their own. */
  public static final String TOKENS = "/dev/masquerade/model/kernels/tokens.py";

  /** Everything a model computes. */
  static final String[] MODEL = {
    "/dev/masquerade/model/kernels/linear.py",
    "/dev/masquerade/model/kernels/attention_masks.py",
    "/dev/masquerade/model/kernels/lora.py",
    "/dev/masquerade/model/kernels/blocks.py",
    "/dev/masquerade/model/kernels/embed.py",
    "/dev/masquerade/model/kernels/heads.py",
    "/dev/masquerade/model/kernels/rows.py",
    "/dev/masquerade/model/kernels/vit.py",
    "/dev/masquerade/model/kernels/mae.py",
    GRADIENTS,
  };

  /** Embedding, decoding and losses of masked autoencoders of several tasks. */
  public static final String MULTIMAE = "/dev/masquerade/model/kernels/multimae.py";

  /** Heads and loss of networks that learn from two views. */
  public static final String BYOL = "/dev/masquerade/model/kernels/byol.py";

  /** Learned tokenizers: encoders, quantizers, decoders and their losses. */
  public static final String CODEC = "/dev/masquerade/model/kernels/codec.py";

  /** Predictors of latent patches. */
  public static final String LATENT = "/dev/masquerade/model/kernels/latent.py";

  /** Losses between a student and its teacher. */
  public static final String LATENT_LOSSES = "/dev/masquerade/model/kernels/latent_losses.py";

  /** Noisy pictures, steps of generation, and the U-Net of diffusion decoders. */
  public static final String DIFFUSION = "/dev/masquerade/model/kernels/diffusion.py";

  /** Probabilities that tokens are drawn by. */
  public static final String SAMPLE = "/dev/masquerade/model/kernels/sample.py";

  private static final int FLOAT32 = 6;
  private static final int BFLOAT16 = 15;

  private Kernels() {}

  /** Compiles the kernels of a model; the caller closes them. */
  public static KernelModule loadModel() {
    return KernelModule.load(Kernels.class, MODEL);
  }

  /** Compiles the kernels of a model and further sources beside them; the caller closes them. */
  public static KernelModule loadModelWith(String... further) {
    return KernelModule.load(
        Kernels.class,
        Stream.concat(Arrays.stream(MODEL), Arrays.stream(further)).toArray(String[]::new));
  }

  /** Returns the number by which TorchScript knows the dtype of linear layers. */
  public static int dtype(Precision precision) {
    return switch (precision) {
      case FP32 -> FLOAT32;
      case BF16 -> BFLOAT16;
    };
  }
}
