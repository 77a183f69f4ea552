package dev.masquerade.data.scenes;

/** What a solid is; also its class in segmentation maps. */
public enum Shape {
  /** A ball that touches the table in one point. */
  SPHERE("sphere"),
  /** A box of equal edges, turned about the vertical. */
  CUBE("cube"),
  /** An upright cylinder. */
  CYLINDER("cylinder"),
  /** An upright cone, tip up. */
  CONE("cone");

  private final String word;

  Shape(String word) {
    this.word = word;
  }

  /** Returns the English word, as captions and boxes write it. */
  public String word() {
    return word;
  }

  /** Returns the value of its pixels in segmentation maps, after background and table. */
  public int classId() {
    return SceneClasses.TABLE + 1 + ordinal();
  }
}
