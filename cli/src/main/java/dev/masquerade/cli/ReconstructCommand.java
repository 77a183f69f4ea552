package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.image.MaskFile;
import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.BlockShape;
import dev.masquerade.masking.place.GridPlaces;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embed.Reconstructor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
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
      description = "Folder of JPEG, PNG or WebP pictures, one of them, or a data set's manifest.")
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
      Optional<Path> together =
          new ReconstructionPictures(reconstructor, maker, seed, title())
              .draw(source, samples, out);
      if (together.isEmpty()) {
        throw new MistakeException(images + ": none of its images could be read.");
      }
      System.out.println(together.get());
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

  private String title() {
    String hidden =
        Files.isRegularFile(Path.of(mask))
            ? "hidden as in " + Path.of(mask).getFileName()
            : String.format(Locale.ROOT, "%.0f %% hidden, %s", 100 * ratio, mask);
    return path.getFileName() + ", " + hidden;
  }
}
