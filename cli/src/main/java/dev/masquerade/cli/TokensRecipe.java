package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.prepare.TokenDataset;
import dev.masquerade.data.prepare.TokenShardSettings;
import dev.masquerade.data.prepare.TokenSource;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.data.scenes.Shape;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.code.CodebookSettings;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.train.evaluate.EvaluationReport;
import dev.masquerade.train.evaluate.Evaluator;
import dev.masquerade.train.evaluate.GenerationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/**
 * A small 4M model on seven modalities: pictures as patches and as tokens, depth, normals, class
 * maps, captions and boxes. Beside the scenes it makes
 *
 * <pre>
 *   OUT/tokenizers/              text.json, a codebook per picture-like modality
 *   OUT/tokens/                  token shards, manifest.textproto that joins both
 * </pre>
 */
final class TokensRecipe implements QuickstartRecipe {

  private static final int SIZE = 64;
  private static final int PATCH = 8;
  private static final int EVALUATED = 128;
  private static final int PICTURED = 6;
  private static final int GENERATED = 32;

  /** What is generated at the end: captions and boxes of pictures, pictures of captions. */
  private static final String GENERATIONS =
      "rgb@64:caption,rgb@64:det,caption:tok_rgb@64,caption:tok_semseg@64:tok_rgb@64";

  private static final long SEED = 1;
  private static final Set<String> TEXTS = Set.of("caption", "det");
  private static final String TEXT_TOKENIZER = "text.json";

  /** Small enough to learn in minutes: 32 steps of two pixels for the edges of boxes. */
  private static final WordPieceSettings TEXT =
      new WordPieceSettings(600, 32, 32, Stream.of(Shape.values()).map(Shape::word).toList(), 0);

  /**
   * A picture-like modality that becomes tokens: what it is stored as, what it holds, its codes.
   */
  private record Codebook(String member, FrameContent content, int classes, int codes) {}

  private static final List<Codebook> CODEBOOKS =
      List.of(
          new Codebook("rgb", FrameContent.COLOURS, 0, 512),
          new Codebook("depth", FrameContent.DEPTH, 0, 256),
          new Codebook("normal", FrameContent.NORMALS, 0, 256),
          new Codebook("semseg", FrameContent.CLASSES, SceneClasses.all().size(), 256));

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final TokenizerFitting fitting;
  private final Evaluator evaluator;

  @Inject
  TokensRecipe(
      ModalityCatalogue catalogue,
      ShardSources sources,
      TokenizerFitting fitting,
      Evaluator evaluator) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.fitting = fitting;
    this.evaluator = evaluator;
  }

  @Override
  public String runFile() {
    return "quickstart.textproto";
  }

  @Override
  public Length length() {
    return new Length(Duration.ofSeconds(400), 700, 1600);
  }

  @Override
  public void prepare(Path out, DatasetManifest dataset) throws IOException {
    Path tokenizers = out.resolve("tokenizers");
    fit(dataset, tokenizers);
    List<TokenSource> tokens = new ArrayList<>();
    for (Codebook codebook : CODEBOOKS) {
      tokens.add(
          TokenizeCommand.source(
              catalogue,
              "tok_" + codebook.member() + "@" + SIZE,
              codebook.member(),
              file(tokenizers, codebook)));
    }
    if (!Files.exists(out.resolve("tokens").resolve(TokenDataset.MANIFEST))) {
      TokenizeCommand.write(
          dataset,
          tokens,
          new TokenShardSettings(1, new CentreCrop(0), SEED, threads(), 0),
          sources,
          out.resolve("tokens"));
    }
  }

  private void fit(DatasetManifest dataset, Path tokenizers) throws IOException {
    try (ProgressBar bar = ProgressLine.start("tokenizers", CODEBOOKS.size() + 1)) {
      if (!Files.exists(tokenizers.resolve(TEXT_TOKENIZER))) {
        fitting.fitText(source(dataset, "caption", 4096), TEXT, tokenizers.resolve(TEXT_TOKENIZER));
      }
      bar.step();
      for (Codebook codebook : CODEBOOKS) {
        if (!Files.exists(file(tokenizers, codebook))) {
          CodebookSettings settings =
              CodebookSettings.of(
                  codebook.content(), codebook.classes(), SIZE, PATCH, codebook.codes(), SEED);
          fitting.fitPatches(
              source(dataset, codebook.member(), 1000), settings, file(tokenizers, codebook));
        }
        bar.step();
      }
    }
  }

  private static TokenizerFitting.Source source(
      DatasetManifest dataset, String member, int samples) {
    return new TokenizerFitting.Source(dataset, Split.TRAIN, member, samples, SEED, 0);
  }

  private static Path file(Path tokenizers, Codebook codebook) {
    return tokenizers.resolve(codebook.member() + ".npz");
  }

  // In one pass pictures from texts are left out: every place is decided by itself, and the mean of
  // all pictures that fit a text is what a place looks like without one. They are generated.
  @Override
  public String evaluate(Path out, Path run) throws Exception {
    EvaluationReport report =
        EvaluateCommand.evaluate(
            evaluator,
            run,
            EVALUATED,
            PICTURED,
            pair ->
                !(TEXTS.contains(pair.input().base()) && pair.target().base().equals("tok_rgb")));
    long beaten = report.results().stream().filter(result -> result.main().beatsPrior()).count();
    GenerationReport generated =
        EvaluateCommand.generate(evaluator, run, GENERATED, PICTURED, GENERATIONS);
    return String.format(
        Locale.ROOT,
        "Held-out scenes, one pass per target:%n%n%s%n%d of %d tasks are better than without"
            + " input.%n%nGenerated for held-out scenes, token by token or in eight"
            + " steps:%n%n%s%nPictures from captions are measured by the colours they show, and by"
            + " the caption that the%nmodel reads off them; the column of the tokenizer then holds"
            + " the same for the true pictures.",
        report.table(),
        beaten,
        report.results().size(),
        generated.table());
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
