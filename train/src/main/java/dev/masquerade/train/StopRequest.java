package dev.masquerade.train;

/**
 * Asks a run to stop: it finishes the step at hand, writes a checkpoint and ends. Safe for use by
 * several threads, for example by the one that hears Ctrl-C.
 */
public final class StopRequest {

  private volatile boolean requested;

  /** Asks. */
  public void request() {
    requested = true;
  }

  /** Says whether anyone has asked. */
  public boolean requested() {
    return requested;
  }
}
