package dev.masquerade.train.probe;

import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prepares the pictures of the next batch while one is computed with. Used by one thread. */
final class PictureStream implements AutoCloseable {

  private final LabelledPictures pictures;
  private final ExecutorService workers;
  private List<Future<PixelImage>> ahead = List.of();

  PictureStream(LabelledPictures pictures, int threads) {
    this.pictures = pictures;
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "pictures");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts preparing a batch; {@link #take} hands it out. */
  void prepare(int[] samples, long epoch) {
    List<Future<PixelImage>> started = new ArrayList<>();
    for (int sample : samples) {
      started.add(workers.submit(() -> pictures.picture(sample, epoch)));
    }
    ahead = started;
  }

  /**
   * Returns the batch that was prepared last.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  List<PixelImage> take() throws InterruptedException {
    List<PixelImage> taken = new ArrayList<>();
    for (Future<PixelImage> picture : ahead) {
      try {
        taken.add(picture.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException unreadable) {
          throw new UncheckedIOException(unreadable);
        }
        throw new IllegalStateException("a picture could not be prepared", e.getCause());
      }
    }
    ahead = List.of();
    return taken;
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
