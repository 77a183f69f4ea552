package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.cli.figure.Figure;
import dev.masquerade.cli.figure.PanelRow;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.image.ImageStream;
import dev.masquerade.data.image.MaskFile;
import dev.masquerade.data.image.PreparedImage;
import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.BlockShape;
import dev.masquerade.masking.place.GridPlaces;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.RandomPlaceDraws;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embed.Reconstructor;
import dev.masquerade.train.embedding.EmbeddingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a masked autoencoder makes of what it does not see. */
@Command(
    name = "reconstruct",
    sortOptions = false,
    description = {
      "Hide patches of images and draw what a masked autoencoder makes of them.",
      "Four pictures each: original, masked, reconstruction, and both together.",
      "",
      "Example:",
      "  masquerade reconstruct --model runs/mae --images photos --out pictures"
    })
final class ReconstructCommand implements Callable<Integer> {

  private static final int BATCH = 8;
  private static final int IN_ONE = 8;
  private static final int PANEL = 224;
  private static final String TOGETHER = "reconstructions.png";

  private final ImageArguments arguments;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description = "Run directory, directory with model.safetensors, or file of weights.")
  private Path path;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR|FILE",
      description = "Folder of pictures, one picture, or a data set's manifest.")
  private Path images;

  @Option(
      names = "--mask",
      paramLabel = "random|block|grid|FILE",
      defaultValue = "random",
      description = {
        "What is hidden: single patches, blocks, whole cells of a grid, or what a file says: a"
            + " grey",
        "picture with a pixel per patch, white where hidden, or text with 0 and 1 per patch or the",
        "numbers of hidden patches (${DEFAULT-VALUE})."
      })
  private String mask = "random";

  @Option(
      names = "--ratio",
      defaultValue = "0.75",
      description = "Share of patches to hide, between 0 and 1 (${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--cell",
      defaultValue = "2",
      description = "Edge of a cell in patches, for --mask grid (${DEFAULT-VALUE}).")
  private int cell;

  @Option(names = "--seed", defaultValue = "2", description = "Draws masks (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where pictures are written: one per image, and the first of them in one.")
  private Path out;

  @Option(
      names = "--samples",
      defaultValue = "64",
      description = "Most images to take (${DEFAULT-VALUE}).")
  private int samples;

  @Mixin private ModelOptions options;

  @Option(
      names = "--split",
      defaultValue = "",
      description = "Split of the data set (validation, or the first).")
  private String split = "";

  @Mixin private DatasetOptions dataset;

  @Inject
  ReconstructCommand(ImageArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() throws Exception {
    if (!(ratio > 0 && ratio < 1)) {
      throw new MistakeException(
          "--ratio must lie between 0 and 1, as the share of patches to hide, was " + ratio + ".");
    }
    if (samples < 1) {
      throw new MistakeException("--samples must be at least 1, was " + samples + ".");
    }
    try (ImageSource source = arguments.open(images, split, dataset);
        ImageModel model = options.openAutoencoder(path);
        Reconstructor reconstructor = new Reconstructor(model, options.image(model), BATCH)) {
      PlaceMaker maker = maker(reconstructor.grid());
      List<String> problems = maker.problems(reconstructor.grid());
      if (!problems.isEmpty()) {
        throw new MistakeException("--mask " + mask + ": " + problems.get(0) + ".");
      }
      Files.createDirectories(out);
      draw(source, reconstructor, maker);
      System.out.println(out.resolve(TOGETHER));
      return 0;
    }
  }

  private PlaceMaker maker(PlaceGrid grid) throws IOException {
    MaskRatio share = new MaskRatio(ratio);
    try {
      return switch (mask.toLowerCase(Locale.ROOT)) {
        case "random" -> new RandomPlaces(share);
        case "block" -> new BlockPlaces(share, BlockShape.DEFAULT);
        case "grid" -> new GridPlaces(share, cell);
        default -> {
          Path file = Path.of(mask);
          if (!Files.isRegularFile(file)) {
            throw new MistakeException(
                "--mask " + mask + ": is neither a file nor one of random, block and grid.");
          }
          yield MaskFile.read(file, grid);
        }
      };
    } catch (IllegalArgumentException e) {
      throw new MistakeException("--mask " + mask + ": " + e.getMessage() + ".");
    }
  }

  private void draw(ImageSource source, Reconstructor reconstructor, PlaceMaker maker)
      throws Exception {
    int wanted = Math.min(samples, source.count());
    CentredImage size = new CentredImage(reconstructor.imageHeight(), reconstructor.imageWidth());
    List<PanelRow> first = new ArrayList<>();
    List<EmbeddingKey> broken = new ArrayList<>();
    int done = 0;
    try (ImageStream stream = new ImageStream(source, 0, size, 1, 2 * BATCH);
        ProgressBar bar = ProgressLine.start("images", wanted)) {
      while (done < wanted) {
        List<PreparedImage> good = new ArrayList<>();
        while (good.size() < BATCH && done < wanted) {
          Optional<PreparedImage> next = stream.next();
          if (next.isEmpty()) {
            break;
          }
          done++;
          PreparedImage image = next.get();
          if (image.image() == null) {
            broken.add(new EmbeddingKey(image.name(), "", image.problem()));
          } else {
            good.add(image);
          }
        }
        for (PanelRow row : rows(good, reconstructor, maker)) {
          figure(List.of(row)).write(out.resolve(fileName(row.title())));
          if (first.size() < IN_ONE) {
            first.add(row);
          }
        }
        bar.stepTo(done);
      }
    }
    LeftOut.report(broken, "image is", "images are", "left out");
    if (first.isEmpty()) {
      throw new MistakeException(images + ": none of its images could be read.");
    }
    figure(first).write(out.resolve(TOGETHER));
  }

  private List<PanelRow> rows(
      List<PreparedImage> images, Reconstructor reconstructor, PlaceMaker maker) {
    if (images.isEmpty()) {
      return List.of();
    }
    List<PixelImage> pixels = new ArrayList<>();
    List<boolean[]> removed = new ArrayList<>();
    for (PreparedImage image : images) {
      if (image.image() != null) {
        pixels.add(image.image());
        removed.add(removed(image.name(), reconstructor.grid(), maker));
      }
    }
    List<Reconstructor.Panels> panels = reconstructor.reconstruct(pixels, removed);
    List<PanelRow> rows = new ArrayList<>();
    for (int i = 0; i < panels.size(); i++) {
      Reconstructor.Panels four = panels.get(i);
      rows.add(
          new PanelRow(
              images.get(i).name(),
              picture(four.original()),
              picture(four.masked()),
              picture(four.predicted()),
              picture(four.pasted())));
    }
    return rows;
  }

  /** Returns which places of an image are hidden; the same whatever other images there are. */
  private boolean[] removed(String name, PlaceGrid grid, PlaceMaker maker) {
    PlaceChoice choice = new PlaceChoice(grid.places());
    maker.choose(
        grid,
        new RandomPlaceDraws(new SampleStreams(seed).stream(0, name, Purpose.MASKING)),
        choice);
    boolean[] removed = new boolean[grid.places()];
    Arrays.fill(removed, true);
    for (int place : choice.seenPlaces()) {
      removed[place] = false;
    }
    return removed;
  }

  private Figure figure(List<PanelRow> rows) {
    String hidden =
        Files.isRegularFile(Path.of(mask))
            ? "hidden as in " + Path.of(mask).getFileName()
            : String.format(Locale.ROOT, "%.0f %% hidden, %s", 100 * ratio, mask);
    return PanelRow.grid(path.getFileName() + ", " + hidden, rows, PANEL);
  }

  private static Picture picture(PixelImage image) {
    return Picture.ofRgb(image.width(), image.height(), image.samples());
  }

  private static String fileName(String name) {
    return name.replace('/', '_').replace('\\', '_') + ".png";
  }
}
