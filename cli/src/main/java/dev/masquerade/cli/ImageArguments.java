package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.image.DatasetImages;
import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.embed.SampleFeatures;
import dev.masquerade.train.generate.ThinkingFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the images that a command line names: a folder, one file, or a data set. */
final class ImageArguments {

  private static final String MANIFEST = "manifest.textproto";

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final Set<String> said = new HashSet<>();

  @Inject
  ImageArguments(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  /**
   * Opens images; the caller closes them.
   *
   * @param path folder of pictures, picture, manifest, or folder with a manifest
   * @param split of a data set; empty for the held-out one
   * @param options what of a data set's samples is read
   */
  ImageSource open(Path path, String split, DatasetOptions options) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    Path manifest = path;
    if (Files.isDirectory(path)) {
      manifest = path.resolve(MANIFEST);
      if (!Files.isRegularFile(manifest)) {
        return folder(path, options);
      }
    } else if (ImageDecoder.isPicture(path)) {
      return folder(path, options);
    }
    return DatasetImages.open(
        new ManifestReader(catalogue.names()).read(manifest),
        split,
        options.member(),
        options.labels(),
        sources,
        options.maxPixels());
  }

  /** Opens pictures, and says once of each folder which of its files are not read. */
  private FolderImages folder(Path path, DatasetOptions options) throws IOException {
    FolderImages images = FolderImages.open(path, options.maxPixels());
    images.remark().filter(said::add).ifPresent(Screen::line);
    return images;
  }

  /**
   * Opens the encoder of a run over the samples of a data set; the caller closes it.
   *
   * @param see names of modalities that it sees
   */
  SampleFeatures samples(
      Path run,
      Path path,
      String split,
      List<String> see,
      DeviceChoice device,
      PrecisionChoice precision)
      throws IOException {
    return SampleFeatures.open(
        run, manifest(path), split, see, device, precision, catalogue, sources);
  }

  /**
   * Opens an encoder that sees pictures beside what its model predicts of them; the caller closes
   * it.
   *
   * @param think names of modalities to predict, in order
   */
  ThinkingFeatures thinking(
      Path model,
      List<String> think,
      Pooling pooling,
      DeviceChoice device,
      PrecisionChoice precision)
      throws IOException {
    return ThinkingFeatures.open(model, think, pooling, catalogue, device, precision);
  }

  /** Returns the manifest that a path means: the file itself, or that of a folder. */
  static Path manifest(Path path) {
    return Files.isDirectory(path) ? path.resolve(MANIFEST) : path;
  }

  /** Says whether a path is a manifest, or a folder with one. */
  static boolean isDataset(Path path) {
    return Files.isDirectory(path)
        ? Files.isRegularFile(path.resolve(MANIFEST))
        : !ImageDecoder.isPicture(path);
  }
}
