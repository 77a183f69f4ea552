package dev.masquerade.cli.figure;

import java.util.Arrays;

/** What masking did with a token. */
public enum Assignment {
  /** The encoder sees it. */
  SEEN(Palette.SEEN, "seen by the encoder"),
  /** The decoder predicts it. */
  TARGET(Palette.TARGET, "predicted by the decoder"),
  /** Neither. */
  DROPPED(Palette.DROPPED, "dropped");

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

  /** Returns the legend of all of them. */
  static Legend legend() {
    return new Legend(
        Arrays.stream(values()).map(Assignment::meaning).toList(),
        Arrays.stream(values()).map(Assignment::colour).toList());
  }
}
