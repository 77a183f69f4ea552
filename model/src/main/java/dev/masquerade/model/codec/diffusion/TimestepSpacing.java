package dev.masquerade.model.codec.diffusion;

import dev.masquerade.modality.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which of the timesteps of training generation goes through. */
public enum TimestepSpacing {
  /** From the last timestep down in equal strides: starts at pure noise. */
  TRAILING,
  /** From the last timestep to the first, both included. */
  LINSPACE,
  /** From the first timestep up in equal strides: starts where a little of a picture is left. */
  LEADING;

  /**
   * Returns the timesteps of generation.
   *
   * @param steps of generation, at least 1
   * @param trained timesteps of training, at least as many
   * @return so many numbers in [0, trained), falling
   */
  public int[] timesteps(int steps, int trained) {
    if (steps < 1 || steps > trained) {
      throw new IllegalArgumentException(
          "a decoder trained with "
              + trained
              + " timesteps generates in 1 to "
              + trained
              + " steps, was asked for "
              + steps);
    }
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] =
          switch (this) {
            case TRAILING -> (int) Math.rint(trained - i * ((double) trained / steps)) - 1;
            case LINSPACE ->
                steps == 1 ? 0 : (int) Math.rint((trained - 1.0) * (steps - 1 - i) / (steps - 1));
            case LEADING -> (steps - 1 - i) * (trained / steps);
          };
    }
    return timesteps;
  }

  /** Returns its name in settings. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the spacing of a name.
   *
   * @throws IllegalArgumentException if there is none, listing all
   */
  public static TimestepSpacing named(String text) {
    for (TimestepSpacing spacing : values()) {
      if (spacing.text().equals(text)) {
        return spacing;
      }
    }
    List<String> known = Arrays.stream(values()).map(TimestepSpacing::text).toList();
    throw new IllegalArgumentException(
        "spacing of timesteps \""
            + text
            + "\" is not known."
            + NearestName.of(text, known).map(near -> " Did you mean \"" + near + "\"?").orElse("")
            + " Known: "
            + String.join(", ", known));
  }
}
