package dev.masquerade.train.embed;

import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.image.ImageStream;
import dev.masquerade.data.image.PreparedImage;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingSink;
import dev.masquerade.train.embedding.EmbeddingWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Embeds every image of a source, a row each, in order. An image that cannot be used leaves a row
 * that says so.
 */
public final class EmbeddingJob {

  private static final int BATCHES_AHEAD = 3;

  private final ImageSource source;
  private final FeatureExtractor extractor;
  private final int batchSize;
  private final int workers;
  private final boolean unitLength;

  /**
   * Prepares.
   *
   * @param batchSize images that the model sees at once
   * @param workers threads that read and decode ahead of the model
   * @param unitLength whether rows are scaled to length 1
   */
  public EmbeddingJob(
      ImageSource source,
      FeatureExtractor extractor,
      int batchSize,
      int workers,
      boolean unitLength) {
    if (batchSize < 1 || workers < 1) {
      throw new IllegalArgumentException(
          "embedding takes a batch of at least 1 and at least 1 worker, was given "
              + batchSize
              + " and "
              + workers);
    }
    this.source = source;
    this.extractor = extractor;
    this.batchSize = batchSize;
    this.workers = workers;
    this.unitLength = unitLength;
  }

  /** Says what makes the rows, in one line. */
  public String origin() {
    return extractor.origin() + (unitLength ? ", scaled to length 1" : "");
  }

  /**
   * Adds the rows that are missing.
   *
   * @param writer holds the rows of the first images already, or none; finished by the caller
   * @param progress told the number of rows written, those kept included
   * @param broken told of every row without an embedding, when it is written
   * @throws RunRefusedException if the rows kept are not those of the source's first images
   */
  public void run(EmbeddingWriter writer, LongConsumer progress, Consumer<EmbeddingKey> broken)
      throws IOException, InterruptedException {
    requireSameImages(writer.kept());
    run(writer, writer.kept().size(), progress, broken);
  }

  /**
   * Adds a row for every image.
   *
   * @param sink without a row
   * @param progress told the number of rows added
   */
  public void run(EmbeddingSink sink, LongConsumer progress)
      throws IOException, InterruptedException {
    run(sink, 0, progress, key -> {});
  }

  private void run(
      EmbeddingSink sink, int first, LongConsumer progress, Consumer<EmbeddingKey> broken)
      throws IOException, InterruptedException {
    int done = first;
    progress.accept(done);
    CentredImage size = new CentredImage(extractor.imageHeight(), extractor.imageWidth());
    int ahead = BATCHES_AHEAD * batchSize;
    try (ImageStream images = new ImageStream(source, done, size, workers, ahead)) {
      List<PreparedImage> taken = take(images);
      while (!taken.isEmpty()) {
        write(sink, taken, broken);
        done += taken.size();
        progress.accept(done);
        taken = take(images);
      }
    }
  }

  private void requireSameImages(List<EmbeddingKey> kept) throws IOException {
    for (int row = 0; row < kept.size(); row++) {
      String now = row < source.count() ? source.name(row) : "nothing";
      if (!kept.get(row).name().equals(now)) {
        throw new RunRefusedException(
            "row "
                + row
                + " was made of "
                + kept.get(row).name()
                + ", where the data now have "
                + now
                + ". Images were added or removed: begin a new file");
      }
    }
  }

  /** Takes images until a batch of good ones is there. */
  private List<PreparedImage> take(ImageStream images) throws InterruptedException {
    List<PreparedImage> taken = new ArrayList<>();
    int good = 0;
    while (good < batchSize && taken.size() < BATCHES_AHEAD * batchSize) {
      Optional<PreparedImage> next = images.next();
      if (next.isEmpty()) {
        break;
      }
      good += next.get().image() == null ? 0 : 1;
      taken.add(next.get());
    }
    return taken;
  }

  private void write(EmbeddingSink writer, List<PreparedImage> taken, Consumer<EmbeddingKey> broken)
      throws IOException {
    List<PixelImage> good = new ArrayList<>();
    for (PreparedImage image : taken) {
      if (image.image() != null) {
        good.add(image.image());
      }
    }
    float[] features = good.isEmpty() ? new float[0] : extractor.features(good);
    int at = 0;
    for (PreparedImage image : taken) {
      EmbeddingKey key = new EmbeddingKey(image.name(), image.label(), image.problem());
      EmbeddingKey written;
      if (key.broken()) {
        written = writer.addBroken(key);
      } else {
        if (unitLength) {
          scale(features, at, extractor.width());
        }
        written = writer.add(key, features, at);
        at += extractor.width();
      }
      if (written.broken()) {
        broken.accept(written);
      }
    }
  }

  /** Scales a row to length 1; a row of zeros stays as it is. */
  private static void scale(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    double length = Math.sqrt(sum);
    for (int i = from; i < from + count && length > 0; i++) {
      values[i] = (float) (values[i] / length);
    }
  }
}
