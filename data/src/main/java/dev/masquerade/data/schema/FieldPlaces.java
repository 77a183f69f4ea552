package dev.masquerade.data.schema;

import java.util.Map;

/**
 * Where the fields of a file were written, for problems that are found only when what it describes
 * is opened.
 *
 * @param file as the user named it
 * @param places field path to its place: {@code run.textproto:12}, or the override that set it
 */
public record FieldPlaces(String file, Map<String, String> places) {

  public FieldPlaces {
    places = Map.copyOf(places);
  }

  /** Knows the file alone. */
  public static FieldPlaces ofFile(String file) {
    return new FieldPlaces(file, Map.of());
  }

  /** Returns the place of a field, else of the nearest message that holds it, else the file. */
  public String of(String... path) {
    String at = String.join(".", path);
    while (!at.isEmpty()) {
      String place = places.get(at);
      if (place != null) {
        return place;
      }
      at = FieldProblems.parent(at);
    }
    return file;
  }
}
