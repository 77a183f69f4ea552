package dev.masquerade.model.codec.diffusion;

/** How one step of generation follows from what a network says of a noisy picture. */
public sealed interface Stepper permits SpacedStepper {

  /** Returns the timesteps it goes through, falling. */
  int[] timesteps();

  /** Returns how arrays are weighed in the step from {@code timestep} to the one before. */
  StepWeights weights(int timestep);

  /** Says whether a guess of the picture is clipped to [-1, 1]. */
  boolean clips();
}
