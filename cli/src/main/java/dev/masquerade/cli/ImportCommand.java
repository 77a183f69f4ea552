package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.prepare.FolderImport;
import dev.masquerade.data.prepare.ImportResult;
import dev.masquerade.data.prepare.ImportSettings;
import dev.masquerade.data.prepare.TarImport;
import dev.masquerade.modality.ModalityCatalogue;
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
      try {
        return new ImportSettings(
            name,
            catalogue.names(),
            catalogue.namesDeclaredOnRequest(),
            types,
            size,
            Optional.ofNullable(tokenizer),
            validation,
            shardSize);
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
        "beside each. Files are copied as they are.",
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

    @Mixin private Settings settings;

    @Inject
    Folder(ModalityCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    @Override
    public Integer call() throws Exception {
      try (ProgressBar bar = ProgressLine.start("samples", -1)) {
        report(FolderImport.write(root, out, settings.settings(catalogue), bar::stepTo));
      }
      System.out.println(out.resolve("manifest.textproto"));
      return 0;
    }
  }

  /** {@code import tars}. */
  @Command(
      name = "tars",
      sortOptions = false,
      description = {
        "Write a manifest over WebDataset tars.",
        "They stay where they are. Patterns may hold braces; brackets stand for one tar",
        "per modality, joined by key.",
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

    @Mixin private Settings settings;

    @Inject
    Tars(ModalityCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    @Override
    public Integer call() throws Exception {
      try (ProgressBar bar = ProgressLine.start("shards", -1)) {
        report(
            TarImport.write(patterns, validation, out, settings.settings(catalogue), bar::stepTo));
      }
      System.out.println(out);
      return 0;
    }
  }

  private static void report(ImportResult result) {
    result.remarks().forEach(System.err::println);
    System.err.printf(
        "modalities: %s%n",
        String.join(
            ", ", result.manifest().modalities().stream().map(m -> m.name().value()).toList()));
  }
}
