package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.code.CodebookSettings;
import dev.masquerade.modality.code.CodebookStatistics;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.PatchCodebook;
import dev.masquerade.modality.text.TextTokenizer;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.ModelSummary;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits, learns, shows and checks tokenizers. */
@Command(
    name = "tokenizer",
    description = "Fit or learn a tokenizer, show one, or check what it keeps of pictures.",
    subcommands = {
      TokenizerCommand.Fit.class,
      TokenizerTrainCommand.class,
      TokenizerCommand.Show.class,
      TokenizerCheckCommand.class
    })
final class TokenizerCommand extends CommandGroup {

  /** {@code tokenizer fit}. */
  @Command(
      name = "fit",
      description = "Fit a WordPiece tokenizer to texts, or a codebook to patches of pictures.",
      subcommands = {FitText.class, FitPatches.class})
  static final class Fit extends CommandGroup {}

  /** What both ways of fitting ask for. */
  static final class From {

    @Parameters(paramLabel = "MANIFEST", description = "Data set to fit to.")
    Path manifest;

    @Option(
        names = "--member",
        required = true,
        description =
            "What stands between key and extension in the members to read, such as depth.")
    String member;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write.")
    Path out;

    @Option(
        names = "--split",
        defaultValue = Split.TRAIN,
        description = "Split (${DEFAULT-VALUE}).")
    String split;

    @Option(names = "--seed", defaultValue = "0", description = "Draws samples (${DEFAULT-VALUE}).")
    long seed;

    @Option(
        names = "--max-bad-samples",
        defaultValue = "0",
        description = "Unusable members that are left out before fitting fails (${DEFAULT-VALUE}).")
    long maxBad;

    TokenizerFitting.Source source(ModalityCatalogue catalogue, int samples) {
      return new TokenizerFitting.Source(
          new ManifestReader(catalogue.names()).read(manifest),
          split,
          member,
          samples,
          seed,
          maxBad);
    }
  }

  /** {@code tokenizer fit text}. */
  @Command(
      name = "text",
      sortOptions = false,
      description = {
        "Fit a WordPiece vocabulary to texts.",
        "Writes it as a Hugging Face tokenizer.json.",
        "",
        "Example:",
        "  masquerade tokenizer fit text data/scenes/manifest.textproto \\",
        "    --member caption --vocabulary 1200 --bins 100 --word cube --word sphere \\",
        "    --out data/text.json"
      })
  static final class FitText implements Callable<Integer> {

    private final ModalityCatalogue catalogue;
    private final TokenizerFitting fitting;

    @Mixin private From from;

    @Option(
        names = "--vocabulary",
        defaultValue = "30000",
        description = "Largest number of ids (${DEFAULT-VALUE}).")
    private int vocabulary;

    @Option(
        names = "--sentinels",
        defaultValue = "200",
        description = "Sentinels for span masking (${DEFAULT-VALUE}).")
    private int sentinels;

    @Option(
        names = "--bins",
        defaultValue = "1000",
        description =
            "Values of v0= to v3=, for boxes and metadata; 0 for none (${DEFAULT-VALUE}).")
    private int bins;

    @Option(
        names = "--word",
        description = "A word to keep whole, such as a class name; repeatable.")
    private List<String> words = List.of();

    @Option(
        names = "--samples",
        defaultValue = "1000000",
        description = "Largest number of samples to read (${DEFAULT-VALUE}).")
    private int samples;

    @Inject
    FitText(ModalityCatalogue catalogue, TokenizerFitting fitting) {
      this.catalogue = catalogue;
      this.fitting = fitting;
    }

    @Override
    public Integer call() throws Exception {
      WordPieceSettings settings;
      try {
        settings = new WordPieceSettings(vocabulary, sentinels, bins, words, 0);
      } catch (IllegalArgumentException e) {
        throw new MistakeException(
            e.getMessage()
                + (4L * bins >= vocabulary / 2
                    ? ". --bins "
                        + bins
                        + " takes "
                        + 4L * bins
                        + " of them; lower it, or write"
                        + " --bins 0 where there are no boxes."
                    : "."));
      }
      fitting.fitText(from.source(catalogue, samples), settings, from.out);
      System.out.println(from.out);
      return 0;
    }
  }

  /** {@code tokenizer fit patches}. */
  @Command(
      name = "patches",
      sortOptions = false,
      description = {
        "Fit a codebook to patches of pictures by k-means.",
        "It turns a picture into a grid of ids.",
        "",
        "Example:",
        "  masquerade tokenizer fit patches data/scenes/manifest.textproto \\",
        "    --member depth --content DEPTH --size 64 --codes 256 --out data/depth.npz"
      })
  static final class FitPatches implements Callable<Integer> {

    private final ModalityCatalogue catalogue;
    private final TokenizerFitting fitting;

    @Mixin private From from;

    @Option(
        names = "--content",
        required = true,
        description = "What the pictures hold: ${COMPLETION-CANDIDATES}.")
    private FrameContent content;

    @Option(
        names = "--classes",
        defaultValue = "0",
        description = "Number of classes, for class maps.")
    private int classes;

    @Option(
        names = "--size",
        required = true,
        description = "Edge of a frame in pixels; pictures are resized to it.")
    private int size;

    @Option(
        names = "--patch",
        defaultValue = "8",
        description = "Edge of a patch in pixels (${DEFAULT-VALUE}).")
    private int patch;

    @Option(
        names = "--codes",
        defaultValue = "512",
        description = "Number of ids (${DEFAULT-VALUE}).")
    private int codes;

    @Option(
        names = "--samples",
        defaultValue = "1000",
        description = "Largest number of samples to read (${DEFAULT-VALUE}).")
    private int samples;

    @Inject
    FitPatches(ModalityCatalogue catalogue, TokenizerFitting fitting) {
      this.catalogue = catalogue;
      this.fitting = fitting;
    }

    @Override
    public Integer call() throws Exception {
      CodebookSettings settings;
      try {
        settings = CodebookSettings.of(content, classes, size, patch, codes, from.seed);
      } catch (IllegalArgumentException e) {
        throw new MistakeException(e);
      }
      PatchCodebook codebook =
          fitting.fitPatches(from.source(catalogue, samples), settings, from.out);
      System.out.print(describe(codebook));
      System.out.println(from.out);
      return 0;
    }
  }

  /** {@code tokenizer show}. */
  @Command(
      name = "show",
      description = {
        "Show what a tokenizer.json, a patch codebook or a tokenizer network holds.",
        "With --text, show how a tokenizer cuts a text.",
        "",
        "Example:",
        "  masquerade tokenizer show data/text.json --text \"a red cube\""
      })
  static final class Show implements Callable<Integer> {

    @Parameters(
        paramLabel = "FILE",
        description = "tokenizer.json, codebook.npz, run, or directory with model.safetensors.")
    private Path file;

    @Option(names = "--text", description = "A text to tokenise.")
    private String text = "";

    @Override
    public Integer call() throws Exception {
      if (Files.isDirectory(file) || file.toString().endsWith(".safetensors")) {
        System.out.print(describeNetwork(file));
        return 0;
      }
      if (!file.toString().endsWith(".json")) {
        System.out.print(describe(PatchCodebook.load(file)));
        return 0;
      }
      TextTokenizer tokenizer = TextTokenizer.load(file);
      System.out.printf("vocabulary    %,d ids%n", tokenizer.vocabularySize());
      System.out.printf("sentinels     %,d%n", tokenizer.marks().sentinelCount());
      if (!text.isEmpty()) {
        int[] ids = tokenizer.encode(text);
        System.out.printf("ids           %s%n", java.util.Arrays.toString(ids));
        System.out.printf("back          %s%n", tokenizer.decode(ids));
      }
      return 0;
    }
  }

  private static String describeNetwork(Path path) throws IOException {
    try (StoredModel stored = StoredModel.open(CheckpointPath.weights(path))) {
      if (!(stored.description() instanceof TokenizerDescription tokenizer)) {
        throw new MistakeException(
            path
                + " is no tokenizer but a model of the family "
                + stored.description().family().name()
                + ". \"masquerade checkpoint show\" shows any.");
      }
      stored.match().require();
      return String.format(
          Locale.ROOT,
          "makes         %d x %d ids, %,d codes%n%s",
          tokenizer.grid().rows(),
          tokenizer.grid().columns(),
          tokenizer.tokens().quantizer().codes(),
          ModelSummary.of(tokenizer));
    }
  }

  private static String describe(PatchCodebook codebook) {
    CodebookSettings settings = codebook.settings();
    CodebookStatistics statistics = codebook.statistics();
    return String.format(
        Locale.ROOT,
        "content       %s, %d channels%n"
            + "frame         %d x %d pixels, patches of %d%n"
            + "codes         %d, %d of them used, perplexity %.1f%n"
            + "fitted to     %,d patches%n"
            + "error         %.4f %s%n",
        settings.content(),
        codebook.channels(),
        settings.frame().height(),
        settings.frame().width(),
        settings.patchSize(),
        settings.codes(),
        statistics.usedCodes(),
        statistics.perplexity(),
        statistics.patches(),
        statistics.error(),
        settings.content() == FrameContent.CLASSES
            ? "of pixels have another class"
            : "root mean square per number");
  }
}
