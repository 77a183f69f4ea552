package dev.masquerade.data.scenes;

/**
 * What stands around the solids.
 *
 * @param table colour of the table
 * @param wall colour of the wall
 * @param wallY where the wall stands, in scene units along y
 */
public record Surroundings(TableTop table, Wall wall, double wallY) {

  /** Colour of the table. */
  public enum TableTop {
    OAK("oak", 0.60, 0.42, 0.25),
    WALNUT("walnut", 0.30, 0.185, 0.115),
    LINEN("linen", 0.72, 0.67, 0.58),
    SLATE("slate", 0.20, 0.23, 0.26);

    private final String word;
    private final Rgb albedo;

    TableTop(String word, double red, double green, double blue) {
      this.word = word;
      this.albedo = new Rgb(red, green, blue);
    }

    /** Returns the English word, as metadata write it. */
    public String word() {
      return word;
    }

    Rgb albedo() {
      return albedo;
    }
  }

  /** Colour of the wall. */
  public enum Wall {
    SKY("sky", 0.42, 0.60, 0.74),
    SAGE("sage", 0.46, 0.58, 0.44),
    SAND("sand", 0.76, 0.64, 0.47),
    ROSE("rose", 0.72, 0.48, 0.46),
    PEARL("pearl", 0.66, 0.66, 0.68);

    private final String word;
    private final Rgb albedo;

    Wall(String word, double red, double green, double blue) {
      this.word = word;
      this.albedo = new Rgb(red, green, blue);
    }

    /** Returns the English word, as metadata write it. */
    public String word() {
      return word;
    }

    Rgb albedo() {
      return albedo;
    }
  }
}
