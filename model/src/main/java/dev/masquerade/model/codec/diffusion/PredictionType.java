package dev.masquerade.model.codec.diffusion;

import dev.masquerade.modality.NearestName;
import java.util.Arrays;
import java.util.List;

/** What a network says of a noisy picture {@code sqrt(a) picture + sqrt(1 - a) noise}. */
public enum PredictionType {
  /** The noise in it. Says nothing where all is noise, {@code a = 0}. */
  EPSILON("epsilon"),
  /** The picture without noise. */
  SAMPLE("sample"),
  /** The velocity, {@code sqrt(a) noise - sqrt(1 - a) picture}. */
  VELOCITY("v_prediction");

  private final String text;

  PredictionType(String text) {
    this.text = text;
  }

  /** Returns its name in the configs of published models. */
  public String text() {
    return text;
  }

  /**
   * Returns the type of a name.
   *
   * @throws IllegalArgumentException if there is none, listing all
   */
  public static PredictionType named(String text) {
    for (PredictionType type : values()) {
      if (type.text.equals(text)) {
        return type;
      }
    }
    List<String> known = Arrays.stream(values()).map(PredictionType::text).toList();
    throw new IllegalArgumentException(
        "prediction_type \""
            + text
            + "\" is not known."
            + NearestName.of(text, known).map(near -> " Did you mean \"" + near + "\"?").orElse("")
            + " Known: "
            + String.join(", ", known));
  }
}
