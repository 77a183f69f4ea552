package dev.masquerade.data.scenes;

/** Colour of a solid. */
public enum Paint {
  RED("red", 0.82, 0.09, 0.07),
  ORANGE("orange", 0.95, 0.37, 0.03),
  YELLOW("yellow", 0.95, 0.74, 0.08),
  GREEN("green", 0.10, 0.50, 0.13),
  BLUE("blue", 0.06, 0.20, 0.74),
  PURPLE("purple", 0.34, 0.09, 0.52);

  private final String word;
  private final Rgb albedo;

  Paint(String word, double red, double green, double blue) {
    this.word = word;
    this.albedo = new Rgb(red, green, blue);
  }

  /** Returns the English word, as captions write it. */
  public String word() {
    return word;
  }

  /** Returns the share of light it throws back. */
  Rgb albedo() {
    return albedo;
  }
}
