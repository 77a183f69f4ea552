package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.cli.figure.ContactSheet;
import dev.masquerade.cli.figure.Panel;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.NearestName;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.analysis.NearestRows;
import dev.masquerade.train.analysis.Neighbour;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the images whose embeddings lie nearest to one. */
@Command(
    name = "neighbours",
    sortOptions = false,
    description = {
      "Find the images that are most like one, by the cosine of their embeddings.",
      "The query is an image of the file, by its name, or a new one that --model embeds.",
      "",
      "Example:",
      "  masquerade neighbours --embeddings photos.npy --images photos \\",
      "    --query cats/tom.jpg"
    })
final class NeighboursCommand implements Callable<Integer> {

  private static final int EDGE = 168;
  private static final int PER_LINE = 5;
  private static final int NAMES_TO_SUGGEST_FROM = 20_000;

  private final ImageArguments arguments;

  @Option(
      names = "--embeddings",
      required = true,
      paramLabel = "FILE",
      description = "What embed wrote: .npy, .csv or .safetensors.")
  private Path embeddings;

  @Option(
      names = "--query",
      required = true,
      paramLabel = "IMAGE|NAME",
      description = "Name of a row, or a picture.")
  private String query = "";

  @Option(names = "--k", defaultValue = "8", description = "Neighbours to show (${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--images",
      paramLabel = "MANIFEST|DIR",
      description = "Where the pictures are that were embedded, to show them.")
  private @Nullable Path images;

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description = "What embeds a picture that has no row: the model that made the others.")
  private @Nullable Path path;

  @Mixin private PoolOption pool;

  @Mixin private ModelOptions options;

  @Option(
      names = "--split",
      defaultValue = "",
      description = "Split of the data set (validation, or the first).")
  private String split = "";

  @Mixin private DatasetOptions dataset;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "neighbours.png",
      description = "Picture to write, .png or .svg (${DEFAULT-VALUE}).")
  private Path out;

  @Inject
  NeighboursCommand(ImageArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() throws Exception {
    if (k < 1) {
      throw new MistakeException("--k must be at least 1, was " + k + ".");
    }
    try (EmbeddingTable table = EmbeddingTable.open(embeddings)) {
      OptionalInt row = row(table);
      float[] vector = row.isPresent() ? stored(table, row.getAsInt()) : embedded(table);
      List<Neighbour> found;
      try {
        found = NearestRows.of(table, vector, k, i -> row.isEmpty() || i != row.getAsInt());
      } catch (IllegalArgumentException e) {
        throw new MistakeException(query + ": has no direction: its embedding is all zeros.");
      }
      for (Neighbour neighbour : found) {
        System.out.printf(
            Locale.ROOT, "%.4f  %s%n", neighbour.similarity(), table.key(neighbour.row()).name());
      }
      draw(table, found);
      System.out.println(out);
      return 0;
    }
  }

  /** Returns the row that the query names, by itself or as a file below {@code --images}. */
  private OptionalInt row(EmbeddingTable table) {
    OptionalInt row = table.find(query);
    if (row.isEmpty() && images != null) {
      Path root = images.toAbsolutePath().normalize();
      Path file = Path.of(query).toAbsolutePath().normalize();
      if (file.startsWith(root)) {
        row = table.find(root.relativize(file).toString().replace('\\', '/'));
      }
    }
    return row;
  }

  private float[] stored(EmbeddingTable table, int row) {
    EmbeddingKey key = table.key(row);
    if (key.broken()) {
      throw new MistakeException(
          key.name() + " has no embedding: " + key.problem() + ". Choose another query.");
    }
    float[] vector = new float[table.width()];
    table.copy(row, vector, 0);
    return vector;
  }

  private float[] embedded(EmbeddingTable table) throws IOException {
    Path file = Path.of(query);
    if (!Files.isRegularFile(file)) {
      List<String> names =
          IntStream.range(0, Math.min(table.rows(), NAMES_TO_SUGGEST_FROM))
              .mapToObj(row -> table.key(row).name())
              .toList();
      throw new MistakeException(
          "--query "
              + query
              + ": is neither a file nor one of the "
              + table.rows()
              + " names in "
              + embeddings
              + NearestName.of(query, names)
                  .map(near -> ". Did you mean \"" + near + "\"?")
                  .orElse(names.isEmpty() ? "." : ", which are like \"" + names.get(0) + "\"."));
    }
    if (path == null) {
      throw new MistakeException(
          "--query "
              + query
              + ": has no row in "
              + embeddings
              + ". Add --model with the model that made the rows, to embed it.");
    }
    try (ImageModel model = options.open(path);
        EncoderFeatures encoder = pool.encoder(model, options.image(model), 1)) {
      if (encoder.width() != table.width()) {
        throw new MistakeException(
            path
                + " gives "
                + encoder.width()
                + " numbers per image, but the rows of "
                + embeddings
                + " have "
                + table.width()
                + ". Use the model that made them.");
      }
      PixelImage image = read(file);
      CentredImage size = new CentredImage(encoder.imageHeight(), encoder.imageWidth());
      return encoder.features(List.of(size.of(image)));
    }
  }

  private static PixelImage read(Path file) throws IOException {
    try (ImageSource source = FolderImages.open(file)) {
      return source.read(0);
    } catch (BadSampleException e) {
      throw new MistakeException(file + ": " + e.getMessage() + ".");
    }
  }

  private void draw(EmbeddingTable table, List<Neighbour> found) throws IOException {
    List<Panel> panels = new ArrayList<>();
    try (Thumbnails thumbnails = new Thumbnails(source(), EDGE)) {
      OptionalInt row = row(table);
      String label = row.isPresent() ? table.key(row.getAsInt()).label() : "";
      panels.add(
          new Panel(
              thumbnails.of(query),
              "query" + (label.isEmpty() ? "" : ", " + label) + "\n" + query));
      for (Neighbour neighbour : found) {
        EmbeddingKey key = table.key(neighbour.row());
        String own = key.label().isEmpty() ? "" : ", " + key.label();
        panels.add(
            new Panel(
                thumbnails.of(key.name()),
                String.format(Locale.ROOT, "%.3f%s%n%s", neighbour.similarity(), own, key.name())
                    .replace("\r", "")));
      }
      if (thumbnails.found() == 0) {
        System.err.println(
            "None of the pictures was found, so the sheet shows none. Add --images with the folder"
                + " or manifest that was embedded.");
      }
    }
    ContactSheet.of("nearest to " + query, panels, PER_LINE).write(out);
  }

  private @Nullable ImageSource source() throws IOException {
    return images == null ? null : arguments.open(images, split, dataset);
  }
}
