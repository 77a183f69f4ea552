package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.generate.Generator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes any modalities from any others. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Make any modalities of a model from any others.",
      "A modality is written by its name or the end of it: depth for tok_depth@64.",
      "In text, ... says that more may stand there.",
      "",
      "Examples:",
      "  masquerade generate --model runs/scenes --from rgb=photo.jpg \\",
      "    --to caption,depth,semseg --out generated",
      "  masquerade generate --model runs/scenes \\",
      "    --from caption=\"two red cubes left of a green ball\" --to rgb",
      "  masquerade generate --model runs/scenes --data data/manifest.textproto \\",
      "    --from rgb --to caption,depth --out shards"
    })
final class GenerateCommand implements Callable<Integer> {

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  @Mixin private GeneratorOptions options;

  @Option(
      names = "--from",
      paramLabel = "NAME=VALUE",
      description =
          "What the model is shown: a file, or text; with --data the name alone; repeatable.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "NAME",
      split = ",",
      description = "What is made, in this order; each sees those before.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "generated",
      description = "Where to write (${DEFAULT-VALUE}).")
  private Path out;

  @Option(names = "--overwrite", description = "Replace what was generated there before.")
  private boolean overwrite;

  @Mixin private PlanOptions plans;

  @Option(
      names = "--samples",
      defaultValue = "1",
      description = "How many are made, by different draws (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--keep",
      paramLabel = "NAME=SHARE|MASK",
      description = {
        "Show a share of a condition's patches, drawn by the seed, or those that a file leaves: a"
            + " grey",
        "picture with a pixel per patch, white where hidden, or text with 0 and 1 per patch;"
            + " repeatable."
      })
  private List<String> keep = new ArrayList<>();

  @Option(
      names = "--inpaint",
      paramLabel = "NAME=SHARE|MASK",
      description =
          "Fill in a share of a target, or what a file has white; the rest is what --from has of"
              + " that name; repeatable.")
  private List<String> inpaint = new ArrayList<>();

  @Option(
      names = "--animate",
      description = "Write the steps of every grid as an animated PNG and a sheet.")
  private boolean animate;

  @Option(
      names = "--super-resolve",
      paramLabel = "PATH",
      description = "Second model, which makes more tokens of what the first one made.")
  private @Nullable Path superResolve;

  @Option(
      names = "--data",
      paramLabel = "MANIFEST|DIR",
      description =
          "Generate for all samples of a data set: shards and a manifest that a run can train on."
              + " Killed work goes on when run again.")
  private @Nullable Path data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Split of the data set (all).")
  private String split = "";

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Samples of a data set that are made at once (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--max-bad-samples",
      defaultValue = "100",
      description = "Bad samples left out before the work fails (${DEFAULT-VALUE}).")
  private long maxBad;

  @Inject
  GenerateCommand(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  @Override
  public Integer call() throws Exception {
    refuseContradictions();
    if (plans.print()) {
      return generate();
    }
    // Steps may take minutes: a place that cannot be written to is told before them.
    // A data set goes on where it was left, beside whatever else lies there.
    try (OutputFolder folder = OutputFolder.claim(out, overwrite || data != null)) {
      return generate();
    }
  }

  private int generate() throws Exception {
    try (Generator generator = options.open(options.model(), models(), catalogue)) {
      if (data == null) {
        new SampleGeneration(
                new SampleGeneration.Order(
                    from, keep, inpaint, to, out, samples, animate, superResolve),
                plans,
                options,
                catalogue)
            .run(generator);
      } else {
        new DatasetGeneration(
                new DatasetGeneration.Order(
                    ImageArguments.manifest(data), split, from, keep, to, out, batchSize, maxBad),
                plans,
                catalogue,
                sources)
            .run(generator);
      }
      return 0;
    }
  }

  private List<Path> models() {
    return superResolve == null ? List.of(options.model()) : List.of(options.model(), superResolve);
  }

  private void refuseContradictions() {
    if (samples < 1 || batchSize < 1 || maxBad < 0) {
      throw new MistakeException(
          "--samples and --batch must be at least 1 and --max-bad-samples at least 0.");
    }
    if (to.isEmpty() && !plans.hasFile()) {
      throw new MistakeException("Name what is to be made: --to depth, or a plan with --plan.");
    }
    plans.refuseContradictions(!from.isEmpty());
    if (data != null && (samples > 1 || animate || superResolve != null || !inpaint.isEmpty())) {
      throw new MistakeException(
          "--samples, --animate, --super-resolve and --inpaint are for single samples. Leave them"
              + " out, or leave out --data.");
    }
    if (data != null && overwrite) {
      throw new MistakeException(
          "--overwrite is for single samples: a data set goes on where it was left. Choose another"
              + " --out, or remove the data set.");
    }
    if (data != null && from.isEmpty()) {
      throw new MistakeException("Name what the model is shown of every sample: --from rgb.");
    }
  }
}
