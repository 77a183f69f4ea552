package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.prepare.DatasetCheck;
import dev.masquerade.data.prepare.DecodeCheck;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at manifests. */
@Command(
    name = "manifest",
    description = "Check or show a data set's manifest.",
    subcommands = {ManifestCommand.Check.class, ManifestCommand.Show.class})
final class ManifestCommand extends CommandGroup {

  private static final int OPEN_SHARDS = 4;

  /** {@code manifest check}. */
  @Command(
      name = "check",
      description = {
        "Check a manifest, its modalities and every shard.",
        "For each shard: presence, SHA-256, members, counts. All problems are listed at",
        "once; exits with 2 if there are any.",
        "",
        "Example:",
        "  masquerade manifest check data/scenes/manifest.textproto"
      })
  static final class Check implements Callable<Integer> {

    private final ModalityCatalogue catalogue;
    private final ShardSources sources;

    @Parameters(
        paramLabel = "MANIFEST|DIR",
        description = "The manifest, or the directory that holds it.")
    private Path file;

    @Option(names = "--skip-hashes", description = "Do not read whole shards to compare SHA-256.")
    private boolean skipHashes;

    @Option(
        names = "--decode",
        description = "Decode every sample as training would, and list all that are bad.")
    private boolean decode;

    @Option(
        names = "--max-pixels",
        paramLabel = "N",
        description = "Pixels of the largest picture that --decode accepts.")
    private @Nullable Integer maxPixels;

    @Inject
    Check(ModalityCatalogue catalogue, ShardSources sources) {
      this.catalogue = catalogue;
      this.sources = sources;
    }

    @Override
    public Integer call() throws Exception {
      DatasetManifest manifest =
          new ManifestReader(catalogue.names()).read(ImageArguments.manifest(file));
      List<String> problems = new ArrayList<>();
      List<MemberPattern> patterns = new ArrayList<>();
      List<ModalityReader> readers = new ArrayList<>();
      for (StoredModality modality : manifest.modalities()) {
        try {
          ModalitySettings settings =
              maxPixels == null
                  ? modality.settings()
                  : modality.settings().withPixelLimit(maxPixels);
          ModalityTokenizer tokenizer = catalogue.open(modality.type(), settings);
          patterns.add(modality.pattern(tokenizer.extensions()));
          readers.add(ModalityReader.of(modality, tokenizer));
        } catch (InvalidSettingsException e) {
          if (modality.settings().tokenizer().isEmpty() && e.setting().equals("tokenizer")) {
            System.out.printf(
                "%s: modality %s has no tokenizer yet; fit one with \"masquerade tokenizer fit\""
                    + " and name it here or in the run.%n",
                file, modality.name());
            continue;
          }
          problems.add(
              file + ": modality " + modality.name() + ", " + e.setting() + ": " + e.getMessage());
        }
      }
      DatasetCheck.Report report;
      try (OpenShards shards = new OpenShards(sources, OPEN_SHARDS, !skipHashes)) {
        report = DatasetCheck.check(manifest, patterns, shards);
        problems.addAll(report.problems());
        if (decode && !readers.isEmpty()) {
          problems.addAll(undecodable(manifest, readers, shards));
        }
      }
      report.remarks().forEach(System.out::println);
      if (!problems.isEmpty()) {
        throw new MistakeException(String.join(System.lineSeparator(), problems));
      }
      System.out.printf(
          "%s: %d modalities, %d splits, %d samples; everything is in order.%n",
          file, manifest.modalities().size(), manifest.splits().size(), report.samples());
      return 0;
    }

    private static List<String> undecodable(
        DatasetManifest manifest, List<ModalityReader> readers, OpenShards shards)
        throws Exception {
      long samples = manifest.splits().stream().mapToLong(Split::sampleCount).sum();
      DecodeCheck.Report found;
      try (ProgressBar bar = ProgressLine.start("decode", samples)) {
        int threads = Runtime.getRuntime().availableProcessors();
        found = DecodeCheck.check(manifest, readers, shards, threads, done -> bar.step());
      }
      if (found.lacking() > 0) {
        System.out.printf(
            Locale.ROOT,
            "%,d of %,d samples have none of the modalities that were decoded.%n",
            found.lacking(),
            samples);
      }
      return lines(found.bad(), samples);
    }

    /** Returns a line for each sample, but one for all that a damaged shard lost, and a total. */
    private static List<String> lines(List<BadSample> bad, long samples) {
      List<String> lines = new ArrayList<>();
      Map<String, List<BadSample>> lost = new LinkedHashMap<>();
      for (BadSample sample : bad) {
        if (sample.kind() == BadSample.Kind.SHARD) {
          lost.computeIfAbsent(sample.shard(), shard -> new ArrayList<>()).add(sample);
        } else {
          lines.add(sample.describe());
        }
      }
      lost.forEach(
          (shard, all) ->
              lines.add(
                  all.size() == 1
                      ? all.get(0).describe()
                      : String.format(
                          Locale.ROOT,
                          "%s, %,d samples: %s.",
                          shard,
                          all.size(),
                          all.get(all.size() - 1).reason())));
      if (!bad.isEmpty()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%,d of %,d samples %s bad.",
                bad.size(),
                samples,
                bad.size() == 1 ? "is" : "are"));
      }
      return lines;
    }
  }

  /** {@code manifest show}. */
  @Command(
      name = "show",
      description = {
        "Show what a manifest declares; --text prints the manifest itself.",
        "",
        "Example:",
        "  masquerade manifest show data/scenes/manifest.textproto"
      })
  static final class Show implements Callable<Integer> {

    private final ModalityCatalogue catalogue;

    @Parameters(
        paramLabel = "MANIFEST|DIR",
        description = "The manifest, or the directory that holds it.")
    private Path file;

    @Option(names = "--text", description = "Print it as text format, whatever format it has.")
    private boolean text;

    @Inject
    Show(ModalityCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    @Override
    public Integer call() {
      DatasetManifest manifest =
          new ManifestReader(catalogue.names()).read(ImageArguments.manifest(file));
      if (text) {
        System.out.print(ManifestWriter.text(ImageArguments.manifest(file), manifest));
        return 0;
      }
      System.out.println(manifest.name() + ": " + manifest.description());
      System.out.printf("%n%-24s %-20s %s%n", "modality", "type", "members");
      for (StoredModality modality : manifest.modalities()) {
        System.out.printf(
            "%-24s %-20s KEY.%s.*%n", modality.name(), modality.type(), modality.member());
      }
      System.out.printf("%n%-24s %8s %10s%n", "split", "shards", "samples");
      for (Split split : manifest.splits()) {
        System.out.printf(
            "%-24s %8d %10d%n", split.name(), split.shards().size(), split.sampleCount());
      }
      return 0;
    }
  }
}
