package dev.masquerade.model.latent;

import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;

/** The kernels of this package. */
public final class LatentKernels {

  private LatentKernels() {}

  /** Compiles them; the caller closes them. */
  public static KernelModule load() {
    return Kernels.loadModelWith(Kernels.LATENT, Kernels.LATENT_LOSSES);
  }
}
