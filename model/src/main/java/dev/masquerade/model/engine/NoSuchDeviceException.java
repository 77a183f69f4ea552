package dev.masquerade.model.engine;

/** A device was asked for that the engine does not find on this machine. */
public final class NoSuchDeviceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NoSuchDeviceException(String message) {
    super(message);
  }
}
