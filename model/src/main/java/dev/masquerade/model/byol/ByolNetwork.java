package dev.masquerade.model.byol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.TokenMasks;
import dev.masquerade.model.vit.VisionTransformer;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * A vision transformer that learns from two views of each image. Rows 2i and 2i + 1 of a batch are
 * the views of one image; each view's batch norms see the rows of that view alone.
 *
 * <p>The slow average moves after each step of the optimiser, never by gradients. It is an average
 * of parameters: its batch norms keep running statistics of their own. Arrays belong to the scope
 * of the call.
 */
public final class ByolNetwork implements Network {

  private final ByolConfig config;
  private final ModalitySpec image;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final VisionTransformer backbone;
  private final VisionTransformer average;
  private final TwoViews views;

  /**
   * Composes a network.
   *
   * @param image what both views show: pixels or vectors on a grid
   * @param parameters laid out by {@link ByolDescription}; they stay with the caller, who closes
   *     them after this network
   * @throws IllegalArgumentException if parts do not fit, naming them, their widths and what to
   *     change
   */
  public ByolNetwork(ByolConfig config, ModalitySpec image, Parameters parameters) {
    config.chain().require();
    this.config = config;
    this.image = image;
    this.parameters = parameters;
    this.backbone =
        new VisionTransformer(config.backbone(), image, parameters.under(TwoViews.BACKBONE));
    this.average =
        new VisionTransformer(
            config.backbone(), image, parameters.under(TwoViews.BACKBONE_AVERAGE));
    this.kernels = Kernels.loadModelWith(Kernels.BYOL);
    this.views = new TwoViews(kernels, parameters);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** Returns the backbone, whose features are what is learnt; closed with this network. */
  public VisionTransformer backbone() {
    return backbone;
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    if (batch.rows() < 4) {
      throw new IllegalArgumentException(
          "batch norms of two views need at least 2 images, which are 4 rows; the batch has "
              + batch.rows()
              + ". Raise the batch size");
    }
    NDArray loss = loss(batch, true, precision, rng, scope);
    NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
    int last = found.size() - 1;
    Gradients gradients =
        Gradients.of(
            found.subList(0, last), found.get(last).toLongArray(), parameters.trainable().size());
    return new StepResult(read(loss, batch), gradients);
  }

  /** {@inheritDoc} Batch norms use their running statistics, which stay as they are. */
  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> read(loss(batch, false, precision, null, scope), batch));
  }

  private NDArray loss(
      PackedBatch batch,
      boolean training,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    if (batch.rows() % 2 != 0) {
      throw new IllegalArgumentException(
          "rows come in pairs, two views of one image, but the batch has " + batch.rows());
    }
    NDArray online = features(backbone, batch, precision, rng, scope); // (2B, D)
    NDArray slow = kernels.withoutGradients(() -> features(average, batch, precision, null, scope));
    TwoViews.Seen first = see(online, slow, 0, training, precision, scope);
    TwoViews.Seen second = see(online, slow, 1, training, precision, scope);
    return views.loss(first, second, scope);
  }

  private NDArray features(
      VisionTransformer model,
      PackedBatch batch,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    return model.pooled(batch, TokenMasks.NONE, config.backbone().pooling(), precision, rng, scope);
  }

  private TwoViews.Seen see(
      NDArray online,
      NDArray slow,
      int view,
      boolean training,
      Precision precision,
      StepScope scope) {
    return views.see(
        () -> everyOther(online, view, scope),
        () -> everyOther(slow, view, scope),
        training,
        precision,
        scope);
  }

  private NDArray everyOther(NDArray rows, int first, StepScope scope) {
    return kernels.call(scope.manager(), "every_other", rows, first).get(0);
  }

  private StepLoss read(NDArray loss, PackedBatch batch) {
    double value = loss.getFloat();
    return new StepLoss(
        value,
        List.of(new ModalityLoss(image.name().value(), value, batch.rows())),
        batch.encoder().tokens(),
        batch.rows());
  }

  @Override
  public void stepped(long step, long steps, StepScope scope) {
    views.follow(config.momentum(step, steps), scope);
  }

  @Override
  public void close() {
    backbone.close();
    average.close();
    kernels.close();
  }
}
