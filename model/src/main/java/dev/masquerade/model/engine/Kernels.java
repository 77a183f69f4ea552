package dev.masquerade.model.engine;

/** Names that Java and the kernel sources share. */
public final class Kernels {

  static final String CHECK = "/dev/masquerade/model/kernels/check.py";

  private static final int FLOAT32 = 6;
  private static final int BFLOAT16 = 15;

  private Kernels() {}

  /** Returns the number by which TorchScript knows the dtype of linear layers. */
  public static int dtype(Precision precision) {
    return switch (precision) {
      case FP32 -> FLOAT32;
      case BF16 -> BFLOAT16;
    };
  }
}
