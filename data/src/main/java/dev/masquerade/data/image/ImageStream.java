package dev.masquerade.data.image;

import dev.masquerade.modality.BadSampleException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads, decodes and resizes images ahead of whoever takes them, in the order of their source. What
 * is ahead is bounded, so memory does not grow with the source. Taken from by one thread.
 */
public final class ImageStream implements Closeable {

  private final ImageSource source;
  private final CentredImage size;
  private final int ahead;
  private final ExecutorService workers;
  private final ArrayDeque<Future<PreparedImage>> coming = new ArrayDeque<>();
  private int next;

  /**
   * Starts reading.
   *
   * @param source stays the caller's to close, after this
   * @param first index to start with
   * @param size of the images
   * @param threads that read and decode, at least 1
   * @param ahead how many images may wait, at least 1
   */
  public ImageStream(ImageSource source, int first, CentredImage size, int threads, int ahead) {
    if (first < 0 || threads < 1 || ahead < 1) {
      throw new IllegalArgumentException(
          "a stream starts at an image of at least 0 with at least one thread and one image ahead,"
              + " was given "
              + first
              + ", "
              + threads
              + " and "
              + ahead);
    }
    this.source = source;
    this.next = first;
    this.size = size;
    this.ahead = ahead;
    AtomicInteger number = new AtomicInteger();
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "image reader " + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    fill();
  }

  private void fill() {
    while (coming.size() < ahead && next < source.count()) {
      int index = next++;
      coming.add(workers.submit(() -> prepare(index)));
    }
  }

  private PreparedImage prepare(int index) throws IOException {
    String name = source.name(index);
    String label = "";
    try {
      label = source.label(index);
      return new PreparedImage(index, name, label, size.of(source.read(index)), "");
    } catch (BadSampleException | IOException e) {
      String reason = String.valueOf(e.getMessage());
      String problem = e instanceof BadSampleException ? reason : "cannot be read: " + reason;
      return new PreparedImage(index, name, label, null, problem);
    }
  }

  /**
   * Takes the next image.
   *
   * @return empty after the last
   */
  public Optional<PreparedImage> next() throws InterruptedException {
    fill();
    Future<PreparedImage> image = coming.poll();
    if (image == null) {
      return Optional.empty();
    }
    fill();
    try {
      return Optional.of(image.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new UncheckedIOException(failure);
      }
      throw new IllegalStateException("reading an image failed", e.getCause());
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
