package dev.masquerade.model.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Output heads of all target modalities. */
public final class Heads {

  private final KernelModule kernels;
  private final Map<String, NDArray> weights = new HashMap<>();

  /** Looks up the weight of every head. */
  public Heads(KernelModule kernels, List<ModalitySpec> modalities, Parameters parameters) {
    this.kernels = kernels;
    for (ModalitySpec spec : modalities) {
      if (spec.isTarget()) {
        String name = "decoder_embeddings." + spec.name() + ".to_logits.weight";
        weights.put(spec.name().value(), parameters.get(name));
      }
    }
  }

  /**
   * A loss on the device.
   *
   * @param total scalar to differentiate; null where the batch holds no target
   * @param parts targets that are present
   * @param each (parts) loss of each
   */
  public record Losses(@Nullable NDArray total, List<PackedPart> parts, @Nullable NDArray each) {

    /** Copies the losses to the host. */
    public StepLoss read(BatchArrays batch) {
      float[] values = each == null ? new float[0] : each.toFloatArray();
      List<ModalityLoss> modalities = new ArrayList<>();
      for (PackedPart part : batch.packed().targets()) {
        int at = parts.indexOf(part);
        modalities.add(
            new ModalityLoss(part.spec().name().value(), at < 0 ? 0 : values[at], part.count()));
      }
      return new StepLoss(
          total == null ? 0 : total.getFloat(),
          modalities,
          batch.packed().encoder().tokens(),
          batch.packed().decoder().tokens());
    }
  }

  /**
   * Computes the loss of a batch; modalities without targets are left out of the arithmetic.
   *
   * @param decoded (B, M, D)
   * @return arrays owned by the scope
   */
  public Losses losses(
      NDArray decoded, BatchArrays batch, LossKind kind, int dtype, StepScope scope) {
    List<PackedPart> present =
        batch.packed().targets().stream().filter(part -> part.count() > 0).toList();
    if (present.isEmpty()) {
      return new Losses(null, present, null);
    }
    NDList losses = new NDList();
    for (PackedPart part : present) {
      losses.add(
          kernels
              .call(
                  scope.manager(),
                  "head_loss",
                  decoded,
                  batch.indices(),
                  part.slotsOffset(),
                  part.targetsOffset(),
                  part.count(),
                  weight(part),
                  dtype)
              .get(0));
    }
    double[] shares = shares(kind, present, batch.packed().targets().size());
    NDList result = kernels.call(scope.manager(), "total_loss", losses, shares);
    return new Losses(result.get(0), present, result.get(1));
  }

  private static double[] shares(LossKind kind, List<PackedPart> present, int modalities) {
    double[] shares = new double[present.size()];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      PackedPart part = present.get(i);
      shares[i] =
          switch (kind) {
            case PER_MODALITY -> 1;
            case PER_TOKEN -> (double) part.count() * vocabulary(part);
          };
      sum += shares[i];
    }
    double divisor =
        switch (kind) {
          case PER_MODALITY -> modalities;
          case PER_TOKEN -> sum;
        };
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= divisor;
    }
    return shares;
  }

  private static int vocabulary(PackedPart part) {
    return ((TokenSpace.Discrete) part.spec().space()).vocabularySize();
  }

  /** Returns (K, V) float32 logits of the targets of a modality, owned by the scope. */
  public NDArray logits(
      NDArray decoded, BatchArrays batch, PackedPart part, int dtype, StepScope scope) {
    return kernels
        .call(
            scope.manager(),
            "logits",
            decoded,
            batch.indices(),
            part.slotsOffset(),
            part.count(),
            weight(part),
            dtype)
        .get(0);
  }

  private NDArray weight(PackedPart part) {
    NDArray weight = weights.get(part.spec().name().value());
    if (weight == null) {
      throw new IllegalArgumentException(
          "the model was built without a head for " + part.spec().name());
    }
    return weight;
  }
}
