package dev.masquerade.train;

import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.CodeUse;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.train.average.ParameterAverage;
import dev.masquerade.train.metric.MetricRecord;
import dev.masquerade.train.metric.MetricWindow;
import java.util.Optional;

/**
 * Losses on held-out samples, masked as in training and the same way every time; where a run keeps
 * averages of its parameters, theirs as well.
 */
final class Validation {

  private static final String OF_AVERAGES = "average/";

  private final RunData data;
  private final RunModel model;
  private final Packer packer;
  private final int batches;
  private final Optional<ParameterAverage> average;

  Validation(
      RunData data,
      RunModel model,
      Packer packer,
      int batches,
      Optional<ParameterAverage> average) {
    this.data = data;
    this.model = model;
    this.packer = packer;
    this.batches = batches;
    this.average = average;
  }

  /** Measures; empty where there is nothing to measure on. */
  Optional<MetricRecord> measure(long step) throws InterruptedException {
    MetricWindow window = new MetricWindow();
    if (batches == 0 || !measure("", window)) {
      return Optional.empty();
    }
    if (average.isPresent()) {
      ParameterAverage.Exchange exchange = average.get().inPlace();
      try {
        measure(OF_AVERAGES, window);
      } finally {
        exchange.close();
      }
    }
    return Optional.of(new MetricRecord(step, MetricRecord.Kind.VALIDATION, window.close()));
  }

  /** Adds losses under names with a prefix; says whether there was anything to measure on. */
  private boolean measure(String prefix, MetricWindow window) throws InterruptedException {
    Optional<BatchLoader> opened = data.validation();
    if (opened.isEmpty()) {
      return false;
    }
    CodeUse codes = null;
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
          window.add(prefix + "loss", loss.total(), packed.rows());
          if (loss.codes().isPresent()) {
            CodeUse more = loss.codes().get();
            codes = codes == null ? more : codes.plus(more);
          }
          for (ModalityLoss modality : loss.modalities()) {
            window.add(prefix + "loss/" + modality.modality(), modality.loss(), modality.tokens());
          }
        }
      }
    }
    if (codes != null) {
      window.add(prefix + "codes_used", codes.share(), 1);
      window.add(prefix + "code_perplexity", codes.perplexity(), 1);
    }
    return true;
  }
}
