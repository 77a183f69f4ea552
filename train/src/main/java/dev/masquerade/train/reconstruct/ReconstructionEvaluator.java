package dev.masquerade.train.reconstruct;

import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.mae.MaskedAutoencoder;
import dev.masquerade.model.mae.Reconstruction;
import dev.masquerade.model.mae.TargetSpace;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.OpenRun;
import dev.masquerade.train.RunData;
import dev.masquerade.train.checkpoint.RunRefusedException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Measures the reconstructions of a run on its held-out pictures, masked as in training. */
public final class ReconstructionEvaluator {

  private static final int MEAN_BATCHES = 16;

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final TokenizerDevice tokenizers;

  /**
   * Creates an evaluator over what the program knows.
   *
   * @param tokenizers told where a run computes, so that its tokenizers do so too
   */
  @Inject
  public ReconstructionEvaluator(
      ModalityCatalogue catalogue, ShardSources sources, TokenizerDevice tokenizers) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.tokenizers = tokenizers;
  }

  /**
   * Measures the latest checkpoint of a run.
   *
   * @param directory of the run
   * @param samples most pictures to measure on
   * @throws RunRefusedException if there is nothing to measure, or no masked autoencoder
   */
  public ReconstructionReport measure(Path directory, int samples)
      throws IOException, InterruptedException {
    try (OpenRun run = OpenRun.open(directory, catalogue, sources, tokenizers)) {
      if (!(run.model().network() instanceof MaskedAutoencoder network)) {
        throw new RunRefusedException(
            directory + " holds no masked autoencoder. Use evaluate for what predicts tokens");
      }
      return measure(run, network, samples);
    }
  }

  private static ReconstructionReport measure(OpenRun run, MaskedAutoencoder network, int samples)
      throws InterruptedException {
    Packer packer = new Packer(run.data().modalities(), PackLimits.NONE);
    ReconstructionErrors errors =
        new ReconstructionErrors(
            meanPicture(run.data(), network), network.config().encoder().patchSize());
    try (BatchLoader loader = run.data().validation().orElseThrow()) {
      while (errors.samples() < samples) {
        Optional<LoadedBatch> loaded = loader.next();
        if (loaded.isEmpty()) {
          break;
        }
        PackedBatch packed;
        try (LoadedBatch batch = loaded.get()) {
          packed = packer.pack(batch.batch());
        }
        try (packed;
            StepScope scope = StepScope.open(run.model().parameters().manager())) {
          Reconstruction reconstruction =
              network.reconstruct(
                  packed, TargetSpace.TRUE_STATISTICS, run.model().precision(), scope);
          for (int row = 0; row < packed.rows() && errors.samples() < samples; row++) {
            errors.add(reconstruction, row);
          }
        }
      }
    }
    return errors.report(run.config().name(), run.step());
  }

  private static float[] meanPicture(RunData data, MaskedAutoencoder network)
      throws InterruptedException {
    int channels = network.config().encoder().channels();
    int patchSize = network.config().encoder().patchSize();
    TokenLayout.Grid grid = (TokenLayout.Grid) data.modalities().get(0).layout();
    MeanPicture mean = new MeanPicture(grid.places() * patchSize * patchSize * channels);
    try (BatchLoader loader = data.training(ResumePoint.START)) {
      for (int i = 0; i < MEAN_BATCHES; i++) {
        Optional<LoadedBatch> loaded = loader.next();
        if (loaded.isEmpty()) {
          break;
        }
        try (LoadedBatch batch = loaded.get()) {
          mean.add(batch.batch());
        }
      }
    }
    return mean.image(grid, patchSize, channels);
  }
}
