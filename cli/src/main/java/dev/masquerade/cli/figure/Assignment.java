package dev.masquerade.cli.figure;

import java.util.Arrays;
import java.util.List;

/** What masking did with a token. */
public enum Assignment {
  /** The encoder sees it. */
  SEEN(Palette.SEEN, "seen by the encoder"),
  /** The decoder predicts it. */
  TARGET(Palette.TARGET, "predicted by the decoder"),
  /** Neither. */
  DROPPED(Palette.DROPPED, "dropped"),
  /** Neither, because the sample lacks the modality. */
  ABSENT(Palette.RULE, "absent from the sample");

  private final int colour;
  private final String meaning;

  Assignment(int colour, String meaning) {
    this.colour = colour;
    this.meaning = meaning;
  }

  int colour() {
    return colour;
  }

  String meaning() {
    return meaning;
  }

  /**
   * Returns the legend.
   *
   * @param absent whether some sample lacks some modality
   */
  static Legend legend(boolean absent) {
    List<Assignment> shown =
        Arrays.stream(values()).filter(one -> absent || one != ABSENT).toList();
    return new Legend(
        shown.stream().map(Assignment::meaning).toList(),
        shown.stream().map(Assignment::colour).toList());
  }
}
