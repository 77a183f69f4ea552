package dev.masquerade.model.engine;

/** Which device a run asks for. */
public enum DeviceChoice {
  /** The first GPU the engine finds, otherwise the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** The first GPU; without one the run is refused. */
  GPU
}
