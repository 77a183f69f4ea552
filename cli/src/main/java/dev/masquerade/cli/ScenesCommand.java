package dev.masquerade.cli;

import dev.masquerade.data.scenes.PictureFormat;
import dev.masquerade.data.scenes.SceneDataset;
import dev.masquerade.data.scenes.SceneDatasetSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Renders a data set. */
@Command(
    name = "scenes",
    sortOptions = false,
    description = {
      "Render table-top scenes as a data set.",
      "Every scene has a picture, depth, normals, class map, edges, boxes, caption",
      "and metadata.",
      "",
      "Example:",
      "  masquerade scenes --count 4096 --out data/scenes"
    })
final class ScenesCommand implements Callable<Integer> {

  @Option(
      names = "--count",
      defaultValue = "4096",
      description = "Scenes in all (${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
  private Path out;

  @Option(
      names = "--size",
      defaultValue = "64",
      description = "Edge of the pictures in pixels (${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Decides every scene (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--shard-size",
      defaultValue = "1024",
      description = "Scenes per shard (${DEFAULT-VALUE}).")
  private int shardSize;

  @Option(
      names = "--validation",
      defaultValue = "0.125",
      description = "Share of the scenes that is held out (${DEFAULT-VALUE}).")
  private double validation;

  @Option(
      names = "--format",
      defaultValue = "JPEG",
      description = "How pictures are stored: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private PictureFormat format;

  @Override
  public Integer call() throws Exception {
    SceneDatasetSettings settings;
    try {
      settings =
          SceneDatasetSettings.builder(count)
              .size(size)
              .seed(seed)
              .samplesPerShard(shardSize)
              .validationFraction(validation)
              .format(format)
              .build();
    } catch (IllegalArgumentException e) {
      throw new MistakeException(e);
    }
    Files.createDirectories(out);
    try (ProgressBar bar = ProgressLine.start("scenes", count)) {
      SceneDataset.write(out, settings, Runtime.getRuntime().availableProcessors(), bar::stepTo);
    }
    System.out.println(out.resolve(SceneDataset.MANIFEST));
    return 0;
  }
}
