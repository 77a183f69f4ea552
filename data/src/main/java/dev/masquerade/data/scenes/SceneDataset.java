package dev.masquerade.data.scenes;

import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.prepare.WrittenShard;
import dev.masquerade.data.schema.MessageWriter;
import dev.masquerade.proto.manifest.v1.Manifest;
import dev.masquerade.proto.manifest.v1.Modality;
import dev.masquerade.proto.manifest.v1.Provenance;
import dev.masquerade.proto.manifest.v1.Shard;
import dev.masquerade.proto.manifest.v1.ShardFile;
import dev.masquerade.proto.manifest.v1.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Writes rendered scenes as a data set: WebDataset tars and the manifest that names them.
 *
 * <p>The first scenes are the split {@code train}, the last ones {@code validation}. The manifest
 * comes last, so a directory that has one is whole.
 */
public final class SceneDataset {

  /** Name of the manifest within its directory. */
  public static final String MANIFEST = "manifest.textproto";

  private static final int DEFAULT_PATCH = 8;

  private SceneDataset() {}

  /**
   * Renders and writes a data set.
   *
   * @param directory made where it is missing; tars and manifest of the same names are replaced
   * @param settings what to write
   * @param threads how many render at once; does not change what is written
   * @param progress told the number of scenes written so far, on the calling thread
   * @return the manifest that was written
   * @throws IOException if something could not be written, or the thread was interrupted
   */
  public static Manifest write(
      Path directory, SceneDatasetSettings settings, int threads, IntConsumer progress)
      throws IOException {
    Manifest.Builder manifest =
        Manifest.newBuilder()
            .setName("scenes")
            .setDescription("Rendered table-top scenes: coloured solids on a table.")
            .addModalities(colour(settings.size()))
            .addModalities(Modality.newBuilder().setName("caption"))
            .addModalities(Modality.newBuilder().setName("det"))
            .setProvenance(
                Provenance.newBuilder()
                    .setGenerator("masquerade scenes")
                    .setSeed(settings.seed())
                    .setCommand(command(settings)));
    try (RenderedScenes scenes = new RenderedScenes(settings, threads)) {
      Shards shards = new Shards(directory, settings, scenes, progress);
      manifest.addSplits(shards.write("train", settings.trainCount()));
      if (settings.validationCount() > 0) {
        manifest.addSplits(shards.write("validation", settings.validationCount()));
      }
    }
    Manifest written = manifest.build();
    MessageWriter.write(directory.resolve(MANIFEST), written);
    return written;
  }

  /** What needs no tokenizer; caption and boxes get theirs from whoever reads them. */
  private static Modality colour(int size) {
    Modality.Builder colour =
        Modality.newBuilder().setName("rgb@" + size).setMember("rgb").setSize(size);
    if (size % DEFAULT_PATCH == 0) {
      colour.setPatchSize(DEFAULT_PATCH);
    }
    return colour.build();
  }

  private static String command(SceneDatasetSettings settings) {
    return String.format(
        Locale.ROOT,
        "masquerade scenes --count %d --size %d --seed %d",
        settings.count(),
        settings.size(),
        settings.seed());
  }

  /** The tars of one data set, written in the order of the scenes. */
  private static final class Shards {

    private final Path directory;
    private final SceneDatasetSettings settings;
    private final RenderedScenes scenes;
    private final IntConsumer progress;
    private int written;

    Shards(
        Path directory,
        SceneDatasetSettings settings,
        RenderedScenes scenes,
        IntConsumer progress) {
      this.directory = directory;
      this.settings = settings;
      this.scenes = scenes;
      this.progress = progress;
    }

    Split write(String split, int count) throws IOException {
      List<Shard> shards = new ArrayList<>();
      int left = count;
      while (left > 0) {
        String name = String.format(Locale.ROOT, "%s-%06d.tar", split, shards.size());
        int samples = Math.min(left, settings.samplesPerShard());
        shards.add(writeShard(name, samples));
        left -= samples;
      }
      return Split.newBuilder().setName(split).addAllShards(shards).build();
    }

    private Shard writeShard(String name, int samples) throws IOException {
      try (TarShardWriter tar = TarShardWriter.create(directory.resolve(name))) {
        for (int i = 0; i < samples; i++) {
          SceneSample sample = scenes.next();
          tar.add(sample.key(), sample.members());
          written++;
          progress.accept(written);
        }
        WrittenShard shard = tar.finish();
        return Shard.newBuilder()
            .setSampleCount(shard.sampleCount())
            .addFiles(ShardFile.newBuilder().setUri(name).setSha256(shard.sha256()))
            .build();
      }
    }
  }
}
