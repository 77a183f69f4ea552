package dev.masquerade.train;

import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.train.metric.MetricRecord;
import dev.masquerade.train.metric.MetricWindow;
import java.util.Optional;

/** Losses on held-out samples, masked as in training and the same way every time. */
final class Validation {

  private final RunData data;
  private final RunModel model;
  private final Packer packer;
  private final int batches;

  Validation(RunData data, RunModel model, Packer packer, int batches) {
    this.data = data;
    this.model = model;
    this.packer = packer;
    this.batches = batches;
  }

  /** Measures; empty where there is nothing to measure on. */
  Optional<MetricRecord> measure(long step) throws InterruptedException {
    if (batches == 0) {
      return Optional.empty();
    }
    Optional<BatchLoader> opened = data.validation();
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    MetricWindow window = new MetricWindow();
    try (BatchLoader loader = opened.get()) {
      for (int i = 0; i < batches; i++) {
        Optional<LoadedBatch> loaded = loader.next();
        if (loaded.isEmpty()) {
          break;
        }
        PackedBatch packed;
        try (LoadedBatch batch = loaded.get()) {
          packed = packer.pack(batch.batch());
        }
        try (packed;
            StepScope scope = StepScope.open(model.parameters().manager())) {
          StepLoss loss = model.network().loss(packed, model.precision(), scope);
          window.add("loss", loss.total(), packed.rows());
          for (ModalityLoss modality : loss.modalities()) {
            window.add("loss/" + modality.modality(), modality.loss(), modality.tokens());
          }
        }
      }
    }
    return Optional.of(new MetricRecord(step, MetricRecord.Kind.VALIDATION, window.close()));
  }
}
