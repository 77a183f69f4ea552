package dev.masquerade.train.probe;

import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.image.ImageStream;
import dev.masquerade.data.image.PreparedImage;
import dev.masquerade.train.embedding.EmbeddingKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The images of a source that have a label and can be read, by their numbers in it. */
public final class UsableImages {

  private static final int AHEAD = 32;

  private final String what;
  private final int count;
  private final Map<Integer, String> labels = new LinkedHashMap<>();
  private final List<EmbeddingKey> broken = new ArrayList<>();

  private UsableImages(String what, int count) {
    this.what = what;
    this.count = count;
  }

  /**
   * Decodes every image once.
   *
   * @param what the images are, for messages
   * @param size the model takes
   * @param workers threads that read and decode
   * @param progress told the number of images decoded
   */
  public static UsableImages find(
      ImageSource source, String what, CentredImage size, int workers, LongConsumer progress)
      throws InterruptedException {
    UsableImages usable = new UsableImages(what, source.count());
    try (ImageStream images = new ImageStream(source, 0, size, workers, AHEAD)) {
      Optional<PreparedImage> next = images.next();
      while (next.isPresent()) {
        usable.add(next.get());
        progress.accept(next.get().index() + 1L);
        next = images.next();
      }
    }
    return usable;
  }

  private void add(PreparedImage image) {
    if (!image.problem().isEmpty()) {
      broken.add(new EmbeddingKey(image.name(), image.label(), image.problem()));
    } else if (!image.label().isEmpty()) {
      labels.put(image.index(), image.label());
    }
  }

  /** Returns the images that cannot be read, with what is wrong. */
  public List<EmbeddingKey> broken() {
    return Collections.unmodifiableList(broken);
  }

  /** Returns how many images can be read but have no label. */
  public int unlabelled() {
    return count - broken.size() - labels.size();
  }

  /** Returns how many images the source has. */
  int count() {
    return count;
  }

  /** Returns the labels by image, in order. */
  Map<Integer, String> labels() {
    return labels;
  }

  /** Returns what the images are, for messages. */
  String what() {
    return what;
  }
}
