package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.train.reconstruct.ReconstructionEvaluator;
import dev.masquerade.train.reconstruct.ReconstructionReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A small masked autoencoder on the pictures of the scenes. */
final class AutoencoderRecipe implements QuickstartRecipe {

  private static final int MEASURED = 256;

  private final ReconstructionEvaluator reconstructions;

  @Inject
  AutoencoderRecipe(ReconstructionEvaluator reconstructions) {
    this.reconstructions = reconstructions;
  }

  @Override
  public String runFile() {
    return "quickstart-mae.textproto";
  }

  @Override
  public Length length() {
    return new Length(Duration.ofSeconds(330), 500, 4000);
  }

  @Override
  public void prepare(Path out, DatasetManifest scenes) {
    // Pictures are read as they are.
  }

  @Override
  public String evaluate(Path out, Path run) throws Exception {
    ReconstructionReport report = reconstructions.measure(run, MEASURED);
    Files.writeString(run.resolve("reconstruction.json"), report.json());
    return report.text();
  }
}
