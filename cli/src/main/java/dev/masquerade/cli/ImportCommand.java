package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.prepare.FolderImport;
import dev.masquerade.data.prepare.ImportResult;
import dev.masquerade.data.prepare.ImportSettings;
import dev.masquerade.data.prepare.TarImport;
import dev.masquerade.modality.ModalityCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes data sets of a user's own files. */
@Command(
    name = "import",
    description = "Make a data set of your own files.",
    subcommands = {ImportCommand.Folder.class, ImportCommand.Tars.class})
final class ImportCommand extends CommandGroup {

  /** What both ways of importing ask for. */
  static final class Settings {

    @Option(
        names = "--name",
        defaultValue = "own",
        description = "Of the data set (${DEFAULT-VALUE}).")
    private String name;

    @Option(
        names = "--type",
        paramLabel = "MEMBER=TYPE",
        description = "What members are that do not go by the name of a modality; repeatable.")
    private Map<String, String> types = Map.of();

    @Option(
        names = "--size",
        defaultValue = "224",
        description = "Edge of pictures and token grids in pixels (${DEFAULT-VALUE}).")
    private int size;

    @Option(
        names = "--tokenizer",
        paramLabel = "FILE",
        description = "tokenizer.json of the texts.")
    private @Nullable Path tokenizer;

    @Option(
        names = "--validation-fraction",
        defaultValue = "0.05",
        description = "Share that is held out (${DEFAULT-VALUE}).")
    private double validation;

    @Option(
        names = "--shard-size",
        defaultValue = "1000",
        description = "Samples in each shard that is written (${DEFAULT-VALUE}).")
    private int shardSize;

    ImportSettings settings(ModalityCatalogue catalogue) {
      if (!(validation >= 0 && validation < 1)) {
        throw new MistakeException(
            "--validation-fraction must be at least 0 and less than 1, was " + validation + ".");
      }
      if (size < 1 || shardSize < 1 || name.isEmpty()) {
        throw new MistakeException(
            "--size and --shard-size must be at least 1, and --name must not be empty.");
      }
      if (tokenizer != null && !Files.isRegularFile(tokenizer)) {
        throw new MistakeException(
            tokenizer
                + ": there is no such tokenizer. Make one with \"masquerade tokenizer fit text\","
                + " or leave --tokenizer out and name it later.");
      }
      try {
        return new ImportSettings(
            name, catalogue, types, size, Optional.ofNullable(tokenizer), validation, shardSize);
      } catch (IllegalArgumentException e) {
        throw new MistakeException(e);
      }
    }
  }

  /** {@code import folder}. */
  @Command(
      name = "folder",
      sortOptions = false,
      description = {
        "Pack files into shards with a manifest.",
        "Reads ROOT/MODALITY/KEY.ext, or one folder of pictures with a caption KEY.txt",
        "beside each. Pictures are JPEG, PNG or WebP; others and hidden files are ignored,",
        "and counted. Files are copied as they are.",
        "",
        "Example:",
        "  masquerade import folder photos --out data/photos"
      })
  static final class Folder implements Callable<Integer> {

    private final ModalityCatalogue catalogue;

    @Parameters(paramLabel = "ROOT", description = "The folder.")
    private Path root;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace a data set that is there already.")
    private boolean overwrite;

    @Mixin private Settings settings;

    @Inject
    Folder(ModalityCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    @Override
    public Integer call() throws Exception {
      ImportSettings chosen = settings.settings(catalogue);
      Path manifest = out.resolve("manifest.textproto");
      requireFree(manifest, overwrite);
      ImportResult result;
      try (ProgressBar bar = ProgressLine.start("samples", -1)) {
        result = FolderImport.write(root, out, chosen, bar::stepTo);
      }
      report(result);
      System.out.println(manifest);
      return 0;
    }
  }

  /** {@code import tars}. */
  @Command(
      name = "tars",
      sortOptions = false,
      description = {
        "Write a manifest over WebDataset tars.",
        "They stay where they are. Patterns may hold braces, not * or ?; brackets stand",
        "for one tar per modality, joined by key.",
        "",
        "Examples:",
        "  masquerade import tars 'data/shard-{00000..00009}.tar' \\",
        "    --out data/manifest.textproto",
        "  masquerade import tars 'data/[rgb,caption]/shard-{00000..00009}.tar' \\",
        "    --out data/manifest.textproto"
      })
  static final class Tars implements Callable<Integer> {

    private final ModalityCatalogue catalogue;

    @Parameters(paramLabel = "PATTERN", arity = "1..*", description = "Tars to train on.")
    private List<String> patterns;

    @Option(
        names = "--validation",
        paramLabel = "PATTERN",
        description = "Tars that are held out; repeatable. Otherwise a fraction of the others is.")
    private List<String> validation = List.of();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "MANIFEST",
        description = "The manifest to write.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace a manifest that is there already.")
    private boolean overwrite;

    @Mixin private Settings settings;

    @Inject
    Tars(ModalityCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    @Override
    public Integer call() throws Exception {
      ImportSettings chosen = settings.settings(catalogue);
      requireFree(out, overwrite);
      ImportResult result;
      try (ProgressBar bar = ProgressLine.start("shards", -1)) {
        result = TarImport.write(patterns, validation, out, chosen, bar::stepTo);
      }
      report(result);
      System.out.println(out);
      return 0;
    }
  }

  private static void requireFree(Path manifest, boolean overwrite) {
    if (!overwrite && Files.exists(manifest)) {
      throw new MistakeException(
          manifest
              + ": exists already. Choose another --out, or replace what is there with"
              + " --overwrite.");
    }
  }

  private static void report(ImportResult result) {
    System.err.println(result.summary());
    result.remarks().forEach(System.err::println);
    System.err.printf(
        "modalities: %s%n",
        String.join(
            ", ", result.manifest().modalities().stream().map(m -> m.name().value()).toList()));
  }
}
