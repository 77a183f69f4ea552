package dev.masquerade.model.head;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.parameter.TableGradients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Output heads of all target modalities. */
public final class Heads {

  private static final int FEW_PLACES = 256;

  private final KernelModule kernels;
  private final Map<String, NDArray> weights = new HashMap<>();

  /** Looks up the weight of every head. */
  public Heads(KernelModule kernels, List<ModalitySpec> modalities, Parameters parameters) {
    this.kernels = kernels;
    for (ModalitySpec spec : modalities) {
      if (spec.isTarget()) {
        weights.put(spec.name().value(), parameters.get(name(spec)));
      }
    }
  }

  /**
   * Computes the loss of a batch; modalities without targets are left out of the arithmetic.
   *
   * @param decoded (B, M, D)
   */
  public StepLoss loss(
      NDArray decoded, BatchArrays batch, LossKind kind, Precision precision, StepScope scope) {
    List<PackedPart> present = present(batch);
    NDList losses = new NDList();
    for (PackedPart part : present) {
      losses.add(
          kernels
              .callWithoutGradients(
                  scope.manager(),
                  "head_loss",
                  decoded,
                  batch.indices(),
                  part.slotsOffset(),
                  part.targetsOffset(),
                  part.count(),
                  weight(part),
                  dtype(precision, decoded, part))
              .get(0));
    }
    return read(losses, present, shares(kind, present, targets(batch)), batch, scope);
  }

  /**
   * Loss, and its gradient with respect to decoder places.
   *
   * @param loss on the host
   * @param slope (B, M, D) owned by the scope; null where the batch holds no target
   */
  public record LossAndSlope(StepLoss loss, @Nullable NDArray slope) {}

  /**
   * Computes the loss of a batch and gradients of heads and decoder places.
   *
   * @param decoded (B, M, D)
   * @param tables receives the gradients of heads
   */
  public LossAndSlope lossAndGradients(
      NDArray decoded,
      BatchArrays batch,
      LossKind kind,
      Precision precision,
      TableGradients tables,
      StepScope scope) {
    List<PackedPart> present = present(batch);
    double[] shares = shares(kind, present, targets(batch));
    NDList losses = new NDList();
    NDArray slope =
        present.isEmpty()
            ? null
            : scope.manager().zeros(decoded.getShape(), DataType.FLOAT32); // (B, M, D)
    for (int i = 0; i < present.size() && slope != null; i++) {
      PackedPart part = present.get(i);
      losses.add(
          kernels
              .callWithoutGradients(
                  scope.manager(),
                  "head_loss_and_gradients",
                  decoded,
                  slope,
                  batch.indices(),
                  part.slotsOffset(),
                  part.targetsOffset(),
                  part.count(),
                  weight(part),
                  tables.overwrite(name(part)),
                  shares[i],
                  dtype(precision, decoded, part))
              .get(0));
    }
    return new LossAndSlope(read(losses, present, shares, batch, scope), slope);
  }

  private StepLoss read(
      NDList losses,
      List<PackedPart> present,
      double[] shares,
      BatchArrays batch,
      StepScope scope) {
    float[] values = {};
    double total = 0;
    if (!present.isEmpty()) {
      NDList result = kernels.callWithoutGradients(scope.manager(), "total_loss", losses, shares);
      total = result.get(0).getFloat();
      values = result.get(1).toFloatArray();
    }
    List<ModalityLoss> modalities = new ArrayList<>();
    for (PackedPart part : batch.packed().targets()) {
      int at = present.indexOf(part);
      modalities.add(
          new ModalityLoss(part.spec().name().value(), at < 0 ? 0 : values[at], part.count()));
    }
    return new StepLoss(
        total, modalities, batch.packed().encoder().tokens(), batch.packed().decoder().tokens());
  }

  private static List<PackedPart> present(BatchArrays batch) {
    return batch.packed().targets().stream().filter(part -> part.count() > 0).toList();
  }

  private static int targets(BatchArrays batch) {
    return batch.packed().targets().size();
  }

  private static int dtype(Precision precision, NDArray decoded, PackedPart part) {
    return dtype(precision, decoded.getDevice(), part.count());
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
      NDArray decoded, BatchArrays batch, PackedPart part, Precision precision, StepScope scope) {
    return kernels
        .callWithoutGradients(
            scope.manager(),
            "logits",
            decoded,
            batch.indices(),
            part.slotsOffset(),
            part.count(),
            weight(part),
            dtype(precision, decoded, part))
        .get(0);
  }

  /**
   * Returns the (V, D) head of a modality, owned by the parameters.
   *
   * @throws IllegalArgumentException if the model has none for it
   */
  public NDArray weight(ModalitySpec spec) {
    NDArray weight = weights.get(spec.name().value());
    if (weight == null) {
      throw new IllegalArgumentException("the model was built without a head for " + spec.name());
    }
    return weight;
  }

  /**
   * Returns the dtype of a head's product, as kernels number them: on a CPU, turning a head into
   * bfloat16 costs more than it saves for few places.
   *
   * @param places that the head is applied to
   */
  public static int dtype(Precision precision, Device device, int places) {
    boolean few = !device.isGpu() && places < FEW_PLACES;
    return Kernels.dtype(few ? Precision.FP32 : precision);
  }

  private static String name(PackedPart part) {
    return name(part.spec());
  }

  private static String name(ModalitySpec spec) {
    return "decoder_embeddings." + spec.name() + ".to_logits.weight";
  }

  private NDArray weight(PackedPart part) {
    return weight(part.spec());
  }
}
