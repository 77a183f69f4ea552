package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.cli.figure.ContactSheet;
import dev.masquerade.cli.figure.Panel;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.train.analysis.CentredRows;
import dev.masquerade.train.analysis.NearestRows;
import dev.masquerade.train.analysis.Neighbour;
import dev.masquerade.train.embed.EmbeddingJob;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import dev.masquerade.train.embedding.EmbeddingWriter;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.GlobalFeatures;
import dev.masquerade.train.generate.PromptReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds pictures by any modality. */
@Command(
    name = "retrieve",
    sortOptions = false,
    description = {
      "Find pictures by anything that a model can see: text, depth, boxes, pictures.",
      "One modality (--via) is predicted of the query and of every picture; pictures",
      "whose prediction is most like the query's come first.",
      "",
      "Examples:",
      "  masquerade retrieve --model runs/scenes --data data --index index",
      "  masquerade retrieve --model runs/scenes --index index \\",
      "    --from caption=\"two red cubes left of a green ball\""
    })
final class RetrieveCommand implements Callable<Integer> {

  private static final int EDGE = 168;
  private static final int PER_LINE = 5;

  private final ModalityCatalogue catalogue;
  private final ImageArguments arguments;

  @Mixin private GeneratorOptions options;

  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "Where the index is, or is made with --data.")
  private Path index;

  @Option(
      names = "--data",
      paramLabel = "MANIFEST|DIR",
      description = "Make the index of these pictures; killed work goes on when run again.")
  private @Nullable Path data;

  @Option(
      names = "--via",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "What is predicted to compare by (a global embedding where the model has one, else its"
              + " first target that decodes to frames).")
  private String via = "";

  @Option(
      names = "--from",
      paramLabel = "NAME=VALUE",
      description = "The query: a file, or text; repeatable.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--keep",
      paramLabel = "NAME=SHARE|MASK",
      description = "Show a part of a query's patches, as generate does; repeatable.")
  private List<String> keep = new ArrayList<>();

  @Option(names = "--k", defaultValue = "8", description = "Pictures to find (${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "Pictures that the model sees at once (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--split",
      defaultValue = "",
      description = "Split of the data set (validation, or the first).")
  private String split = "";

  @Mixin private DatasetOptions dataset;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "retrieved.png",
      description = "Picture to write, .png or .svg (${DEFAULT-VALUE}).")
  private Path out;

  @Inject
  RetrieveCommand(ModalityCatalogue catalogue, ImageArguments arguments) {
    this.catalogue = catalogue;
    this.arguments = arguments;
  }

  @Override
  public Integer call() throws Exception {
    if (k < 1 || batchSize < 1) {
      throw new MistakeException("--k and --batch must be at least 1.");
    }
    if (data == null && from.isEmpty()) {
      throw new MistakeException("Give --data to make an index, --from to ask one, or both.");
    }
    RetrievalIndex asked = data == null ? RetrievalIndex.read(index) : null;
    try (Generator generator = options.open(catalogue)) {
      String written = via.isEmpty() && asked != null ? asked.via() : via;
      ModalityName compared =
          written.isEmpty()
              ? GlobalFeatures.usual(generator)
              : generator.modalities().target(written);
      GlobalFeatures features = new GlobalFeatures(generator, compared);
      if (data != null) {
        make(features, compared, data);
      }
      if (!from.isEmpty()) {
        ask(generator, features);
      }
      return 0;
    }
  }

  private void make(GlobalFeatures features, ModalityName compared, Path pictures)
      throws Exception {
    RetrievalIndex wanted =
        new RetrievalIndex(
            features.origin(),
            compared.value(),
            pictures.toAbsolutePath().normalize(),
            split,
            dataset.member());
    wanted.requireNoOther(index);
    Files.createDirectories(index);
    Path vectors = index.resolve(RetrievalIndex.VECTORS);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    List<EmbeddingKey> keys;
    try (ImageSource source = arguments.open(pictures, split, dataset)) {
      EmbeddingJob job = new EmbeddingJob(source, features, batchSize, threads, false);
      try (LastWords words =
              LastWords.ifStopped("Stopped. Run the same command again to go on from here.");
          EmbeddingWriter writer = EmbeddingWriter.resume(vectors, job.origin(), features.width());
          ProgressBar bar = ProgressLine.start("pictures", source.count(), writer.kept().size())) {
        job.run(writer, bar::stepTo, key -> bar.setExtraMessage(key.name() + " is broken"));
        keys = writer.finish();
      }
    }
    List<EmbeddingKey> broken = keys.stream().filter(EmbeddingKey::broken).toList();
    LeftOut.report(broken, "picture has", "pictures have", "no vector and will not be found");
    wanted.write(index);
    System.out.printf(
        Locale.ROOT, "%,d pictures compared by %s%n%s%n", keys.size(), compared, index);
  }

  private void ask(Generator generator, GlobalFeatures features) throws IOException {
    RetrievalIndex made = RetrievalIndex.read(index);
    if (!made.origin().equals(features.origin())) {
      throw new MistakeException(
          index
              + ": was made by "
              + made.origin()
              + ", and is asked by "
              + features.origin()
              + ". Ask with the same model and --via, or make it anew with --data.");
    }
    PromptReader reader =
        new PromptReader(generator, remark -> System.err.println("note: " + remark));
    for (NamedValue value : NamedValue.of(keep, "--keep", "rgb=0.25")) {
      reader.keep(value.name(), value.places("--keep", true));
    }
    for (NamedValue value : NamedValue.of(from, "--from", "caption=\"two red cubes\"")) {
      reader.see(value.name(), value.value());
    }
    reader.requireUsed();
    float[] query = features.query(reader.prompt("query", 0, 0).conditions());
    try (EmbeddingTable table = EmbeddingTable.open(index.resolve(RetrievalIndex.VECTORS));
        CentredRows rows = CentredRows.of(table)) {
      float[] centred = rows.centred(query);
      if (isZero(centred)) {
        throw new MistakeException(
            "The query says nothing: what is predicted of it is the mean of all pictures.");
      }
      List<Neighbour> found = NearestRows.of(rows, centred, k, row -> true);
      for (int rank = 0; rank < found.size(); rank++) {
        Neighbour neighbour = found.get(rank);
        System.out.printf(
            Locale.ROOT,
            "%3d  %.4f  %s%n",
            rank + 1,
            neighbour.similarity(),
            table.key(neighbour.row()).name());
      }
      draw(made, table, found);
    }
    System.out.println(out);
  }

  private static boolean isZero(float[] vector) {
    for (float value : vector) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private void draw(RetrievalIndex made, EmbeddingTable table, List<Neighbour> found)
      throws IOException {
    List<Panel> panels = new ArrayList<>();
    ImageSource source =
        Files.exists(made.data())
            ? arguments.open(made.data(), made.split(), dataset.withMember(made.member()))
            : null;
    try (Thumbnails thumbnails = new Thumbnails(source, EDGE)) {
      for (Neighbour neighbour : found) {
        String name = table.key(neighbour.row()).name();
        panels.add(
            new Panel(
                thumbnails.of(name),
                String.format(Locale.ROOT, "%.3f\n%s", neighbour.similarity(), name)));
      }
      if (thumbnails.found() == 0) {
        System.err.println(
            "None of the pictures was found, so the sheet shows none: "
                + made.data()
                + " has moved.");
      }
    }
    if (panels.isEmpty()) {
      throw new MistakeException(index + ": has no picture that can be found.");
    }
    ContactSheet.of("nearest to " + String.join(", ", from), panels, PER_LINE).write(out);
  }
}
