package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.cli.figure.Figure;
import dev.masquerade.cli.figure.MaskFigure;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.train.RunData;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws what masking does. */
@Command(
    name = "masks",
    sortOptions = false,
    description = {
      "Draw which tokens are seen, predicted and dropped.",
      "Shows the first samples that the run would train on, masked as in its first",
      "step.",
      "",
      "Example:",
      "  masquerade masks run.textproto --samples 8 --out masks.png"
    })
final class MasksCommand implements Callable<Integer> {

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  @Parameters(paramLabel = "RUN", description = "The run file.")
  private Path file;

  @Option(names = "--samples", defaultValue = "8", description = "Rows to draw (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "masks.png",
      description = "Picture to write, .png or .svg (${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Override a field of the run file; repeatable.")
  private List<String> overrides = List.of();

  @Inject
  MasksCommand(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  @Override
  public Integer call() throws Exception {
    if (samples < 1) {
      throw new MistakeException("--samples must be at least 1, was " + samples + ".");
    }
    PictureFile.require("--out", out);
    RunConfig config =
        new RunConfigReader(catalogue.names()).read(file, FieldOverrides.of(overrides));
    draw(config, catalogue, sources, samples, out);
    System.out.println(out);
    return 0;
  }

  /** Draws the first rows of a run's first batch. */
  static void draw(
      RunConfig config, ModalityCatalogue catalogue, ShardSources sources, int samples, Path out)
      throws Exception {
    try (RunData data = RunData.open(config, catalogue, sources);
        BatchLoader loader = data.training(ResumePoint.START);
        LoadedBatch batch =
            loader
                .next()
                .orElseThrow(() -> new MistakeException("The run's data holds no sample."))) {
      Figure figure =
          MaskFigure.of(config.name(), batch.batch(), samples, words(data.tokenizers()));
      Path parent = out.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      figure.write(out);
    }
  }

  private static Map<String, IntFunction<String>> words(List<ModalityTokenizer> tokenizers) {
    Map<String, IntFunction<String>> words = new HashMap<>();
    for (ModalityTokenizer tokenizer : tokenizers) {
      tokenizer.text().ifPresent(text -> words.put(tokenizer.spec().name().value(), text::token));
    }
    return words;
  }
}
