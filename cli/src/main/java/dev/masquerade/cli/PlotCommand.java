package dev.masquerade.cli;

import dev.masquerade.cli.figure.ScatterPlot;
import dev.masquerade.data.image.FolderImages;
import dev.masquerade.train.analysis.ClusterAgreement;
import dev.masquerade.train.analysis.Collapse;
import dev.masquerade.train.analysis.NeighbourEmbedding;
import dev.masquerade.train.analysis.PrincipalComponents;
import dev.masquerade.train.analysis.RowSample;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import dev.masquerade.train.embedding.LabelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws embeddings in a plane. */
@Command(
    name = "plot",
    sortOptions = false,
    description = {
      "Draw embeddings in a plane, coloured by label.",
      "Says how well clusters follow labels, and whether the embedding collapsed.",
      "Labels are those of the file, else the folders that images lie in.",
      "",
      "Example:",
      "  masquerade plot --embeddings photos.npy --method tsne --out photos.png"
    })
final class PlotCommand implements Callable<Integer> {

  private static final int COMPONENTS = 50;
  private static final int MOST_CLUSTERED = 5_000;
  private static final int MOST_DRAWN = 20_000;

  /** How points come into the plane. */
  enum Method {
    /** The two directions of largest variance. */
    PCA,
    /** Neighbours stay neighbours; distances between groups mean little. */
    TSNE
  }

  private record Labels(List<String> byRow, String from) {
    boolean some() {
      return byRow.stream().filter(label -> !label.isEmpty()).distinct().count() > 1;
    }
  }

  @Option(
      names = "--embeddings",
      required = true,
      paramLabel = "FILE",
      description = "What embed wrote: .npy, .csv or .safetensors.")
  private Path embeddings;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Labels by name, a line name,label each (those of the embeddings).")
  private @Nullable Path labelFile;

  @Option(
      names = "--method",
      paramLabel = "pca|tsne",
      defaultValue = "PCA",
      description = "How points come into the plane (pca).")
  private Method method = Method.PCA;

  @Option(
      names = "--perplexity",
      defaultValue = "30",
      description = "Neighbours that t-SNE keeps near, roughly (${DEFAULT-VALUE}).")
  private double perplexity;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Draws rows, where there are too many, and starts clusters (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "plot.png",
      description = "Picture to write, .png or .svg (${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws Exception {
    if (!(perplexity > 1)) {
      throw new MistakeException("--perplexity must be above 1, was " + perplexity + ".");
    }
    try (EmbeddingTable table = EmbeddingTable.open(embeddings)) {
      int most = method == Method.PCA ? MOST_DRAWN : NeighbourEmbedding.MOST_POINTS;
      RowSample sample = RowSample.of(table, most, seed);
      LeftOut.report(sample.leftOut(), "row holds", "rows hold", "no embedding and are left out");
      int drawn = sample.keys().size();
      if (drawn < 4) {
        throw new MistakeException(
            embeddings + ": has " + drawn + " rows with an embedding; a plot needs 4.");
      }
      if (drawn < sample.usable()) {
        System.err.printf(
            Locale.ROOT,
            "Drawing %,d of %,d rows: the time of %s grows with %s.%n",
            drawn,
            sample.usable(),
            method == Method.PCA ? "the picture" : "t-SNE",
            method == Method.PCA ? "their number" : "the square of their number");
      }
      draw(sample, labels(sample.keys()), Collapse.of(table));
      System.out.println(out);
      return 0;
    }
  }

  private void draw(RowSample sample, Labels labels, Collapse collapse) throws IOException {
    PrincipalComponents components = PrincipalComponents.of(sample.values(), COMPONENTS, seed);
    double[][] places = components.project(sample.values());
    String purity = "";
    String note = String.format(Locale.ROOT, "%,d images", places.length);
    if (labels.some()) {
      ClusterAgreement agreement = agreement(places, labels);
      purity = String.format(Locale.ROOT, " · k-means purity %.2f", agreement.purity());
      note =
          String.format(
              Locale.ROOT,
              "chance %.2f, NMI %.2f, %d classes; %s",
              agreement.chance(),
              agreement.nmi(),
              agreement.clusters(),
              note);
      System.out.printf("labels        %s%n", labels.from());
      System.out.printf(
          Locale.ROOT,
          "k-means       purity %.4f (chance %.4f), NMI %.4f; %d clusters%n",
          agreement.purity(),
          agreement.chance(),
          agreement.nmi(),
          agreement.clusters());
    } else {
      System.out.printf("labels        %s%n", labels.from());
    }
    System.out.printf(
        Locale.ROOT,
        "spread        %.4f of rows of length 1 (even %.4f)%s%n",
        collapse.deviation(),
        collapse.even(),
        collapse.collapsed() ? ": collapsed, all rows point the same way" : "");
    String name = String.valueOf(embeddings.getFileName());
    ScatterPlot plot =
        switch (method) {
          case PCA ->
              ScatterPlot.of(
                  name + " · PCA" + purity,
                  note,
                  axis(components, 0) + " of variance",
                  components.count() < 2 ? "" : axis(components, 1),
                  plane(places),
                  labels.byRow());
          case TSNE ->
              ScatterPlot.of(
                  name + " · t-SNE" + purity,
                  note + "; axes have no unit",
                  "",
                  "",
                  neighbours(places),
                  labels.byRow());
        };
    plot.write(out);
  }

  /** Clusters the rows that have a label, or as many of them, evenly spread, as time allows. */
  private ClusterAgreement agreement(double[][] places, Labels labels) {
    int[] labelled =
        IntStream.range(0, places.length).filter(i -> !labels.byRow().get(i).isEmpty()).toArray();
    int clustered = Math.min(MOST_CLUSTERED, labelled.length);
    double[][] rows = new double[clustered][];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < clustered; i++) {
      int row = labelled[(int) ((long) i * labelled.length / clustered)];
      rows[i] = places[row];
      names.add(labels.byRow().get(row));
    }
    return ClusterAgreement.measure(rows, names, seed);
  }

  private static String axis(PrincipalComponents components, int number) {
    return String.format(
        Locale.ROOT, "component %d, %.0f %%", number + 1, 100 * components.share(number));
  }

  private static double[][] plane(double[][] places) {
    double[][] plane = new double[places.length][2];
    for (int i = 0; i < plane.length; i++) {
      plane[i][0] = places[i][0];
      plane[i][1] = places[i].length > 1 ? places[i][1] : 0;
    }
    return plane;
  }

  private double[][] neighbours(double[][] places) {
    try (ProgressBar bar = ProgressLine.start("t-SNE", NeighbourEmbedding.ROUNDS)) {
      return NeighbourEmbedding.place(places, perplexity, seed, bar::stepTo);
    }
  }

  private Labels labels(List<EmbeddingKey> keys) throws IOException {
    if (labelFile != null) {
      Map<String, String> byName = LabelFile.read(labelFile);
      List<String> labels = keys.stream().map(key -> byName.getOrDefault(key.name(), "")).toList();
      long missing = labels.stream().filter(String::isEmpty).count();
      if (missing == labels.size()) {
        throw new MistakeException(
            labelFile
                + ": labels none of the "
                + keys.size()
                + " images, whose names are like \""
                + keys.get(0).name()
                + "\".");
      }
      return new Labels(
          labels, labelFile + (missing == 0 ? "" : ", which lacks " + missing + " images"));
    }
    List<String> own = keys.stream().map(EmbeddingKey::label).toList();
    if (own.stream().anyMatch(label -> !label.isEmpty())) {
      return new Labels(own, "of the embeddings");
    }
    List<String> folders = keys.stream().map(key -> FolderImages.folderOf(key.name())).toList();
    if (folders.stream().distinct().count() > 1) {
      return new Labels(folders, "the images' folders");
    }
    return new Labels(
        Collections.nCopies(keys.size(), ""), "none; add --labels FILE for colours and purity");
  }
}
