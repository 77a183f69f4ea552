package dev.masquerade.data.scenes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The samples of a data set in the order of their scenes, rendered ahead by several threads. A few
 * chunks are in memory at any time. Read by one thread.
 */
final class RenderedScenes implements AutoCloseable {

  private static final int CHUNK = 16;

  private final SceneDatasetSettings settings;
  private final ExecutorService workers;
  private final int ahead;
  private final Deque<Future<List<SceneSample>>> rendering = new ArrayDeque<>();
  private final Deque<SceneSample> ready = new ArrayDeque<>();
  private int submitted;

  RenderedScenes(SceneDatasetSettings settings, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    this.settings = settings;
    this.ahead = 2 * threads;
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "scene-renderer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns the next sample; asked at most as often as there are scenes. */
  SceneSample next() throws IOException {
    while (rendering.size() < ahead && submitted < settings.count()) {
      int from = submitted;
      int to = Math.min(settings.count(), from + CHUNK);
      rendering.add(workers.submit(() -> render(from, to)));
      submitted = to;
    }
    if (ready.isEmpty()) {
      ready.addAll(await(rendering.remove()));
    }
    return ready.remove();
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }

  private List<SceneSample> render(int from, int to) {
    List<SceneSample> samples = new ArrayList<>(to - from);
    try (SceneEncoder encoder = new SceneEncoder(settings.format())) {
      for (int index = from; index < to; index++) {
        Scene scene = Scene.sample(settings.seed(), index);
        samples.add(encoder.encode(scene, SceneRenderer.render(scene, settings.size())));
      }
    }
    return samples;
  }

  private static List<SceneSample> await(Future<List<SceneSample>> chunk) throws IOException {
    try {
      return chunk.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped before all scenes were rendered");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a scene could not be rendered", e.getCause());
    }
  }
}
