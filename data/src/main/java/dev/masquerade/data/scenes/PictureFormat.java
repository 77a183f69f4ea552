package dev.masquerade.data.scenes;

/** How colour pictures are stored. */
public enum PictureFormat {
  /** JPEG of quality 0.92 with colour at full resolution. */
  JPEG("jpg"),
  /** PNG, exact and about four times as large. */
  PNG("png");

  private final String extension;

  PictureFormat(String extension) {
    this.extension = extension;
  }

  /** Returns the extension of its files, without a dot. */
  public String extension() {
    return extension;
  }
}
