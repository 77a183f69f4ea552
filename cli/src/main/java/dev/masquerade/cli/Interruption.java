package dev.masquerade.cli;

import dev.masquerade.train.StopRequest;
import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C into a request to stop, and holds the process until the run has written its
 * checkpoint.
 */
final class Interruption implements AutoCloseable {

  private final StopRequest request = new StopRequest();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop request");

  private Interruption() {}

  static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Returns what the run is to watch. */
  StopRequest request() {
    return request;
  }

  private void stop() {
    Screen.line("Stopping after this step; a checkpoint will be written.");
    request.request();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is already going down, which is what the hook was for.
    }
  }
}
