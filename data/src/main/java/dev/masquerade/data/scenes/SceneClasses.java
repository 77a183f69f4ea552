package dev.masquerade.data.scenes;

import java.util.ArrayList;
import java.util.List;

/** The classes of segmentation maps: background, table, then one per {@link Shape}. */
public final class SceneClasses {

  /** Class of the wall behind the table. */
  public static final int BACKGROUND = 0;

  /** Class of the table. */
  public static final int TABLE = 1;

  private static final List<String> NAMES = names();

  private SceneClasses() {}

  /** Returns the names by class id. */
  public static List<String> all() {
    return NAMES;
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(List.of("background", "table"));
    for (Shape shape : Shape.values()) {
      names.add(shape.word());
    }
    return List.copyOf(names);
  }
}
