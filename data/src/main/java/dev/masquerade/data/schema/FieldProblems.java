package dev.masquerade.data.schema;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reports problems of one message by field path, looking up where the field was written.
 *
 * <p>{@link #at} narrows to a part of the message: {@code problems.at("modalities",
 * 2).report("name", ...)} blames {@code modalities[2].name}.
 */
public final class FieldProblems {

  /** Where a value came from: a line of the file, or an override; 0 and empty are neither. */
  private record Origin(int line, String override) {}

  /** What all parts of one message share. */
  private static final class Source {
    final Problems problems;
    final String file;
    final Map<String, Origin> origins = new HashMap<>();
    final Set<String> blamedMessages = new HashSet<>();
    final Set<String> blamedPaths = new HashSet<>();
    boolean unreadable;

    Source(Problems problems, String file) {
      this.problems = problems;
      this.file = file;
    }
  }

  private final Source source;
  private final String prefix;
  private final String override;

  private FieldProblems(Source source, String prefix, String override) {
    this.source = source;
    this.prefix = prefix;
    this.override = override;
  }

  /**
   * Starts reporting on a message.
   *
   * @param problems receives what is reported
   * @param file as the user named it
   */
  public static FieldProblems of(Problems problems, String file) {
    return new FieldProblems(new Source(problems, file), "", "");
  }

  /** Narrows to a field that holds a message. */
  public FieldProblems at(String field) {
    return new FieldProblems(source, path(field), override);
  }

  /** Narrows to an entry of a repeated field. */
  public FieldProblems at(String field, int index) {
    return at(field + "[" + index + "]");
  }

  /** Blames an override for all that is reported through the result. */
  FieldProblems from(String assignment) {
    return new FieldProblems(source, prefix, assignment);
  }

  /**
   * Reports that a field cannot stay as it is.
   *
   * @param field name below this part; empty blames the part itself
   * @param message what is wrong, which values are allowed, and what to do
   */
  public void report(String field, String message) {
    source.blamedMessages.add(parent(path(field)));
    say(field, message);
  }

  private void say(String field, String message) {
    String path = path(field);
    source.blamedPaths.add(path);
    Origin origin = override.isEmpty() ? origin(path) : new Origin(0, override);
    source.problems.add(
        source.file,
        origin.line(),
        place(origin) + ": " + (path.isEmpty() ? "" : path + ": ") + message);
  }

  /**
   * Reports that a field is missing, unless something else in the same message was reported before:
   * then it is most likely there, but misspelt.
   */
  public void reportMissing(String field, String message) {
    if (!source.unreadable && !source.blamedMessages.contains(parent(path(field)))) {
      say(field, message);
    }
  }

  /**
   * Reports a name that is not one of those it can be, with the nearest that is.
   *
   * @param field name below this part
   * @param given what was written
   * @param kind what it should name, with its article: "a known modality"
   * @param known what it could have been
   */
  public void reportUnknown(String field, String given, String kind, Collection<String> known) {
    report(field, DidYouMean.unknown(given, kind, known));
  }

  /**
   * Reports a file that could not be read, or not to its end; what it lacks is then not missing.
   *
   * @param line where reading stopped; 0 where no line is to blame
   */
  void reportUnreadable(int line, String message) {
    source.unreadable = true;
    String place = line == 0 ? source.file : source.file + ":" + line;
    source.problems.add(source.file, line, place + ": " + message);
  }

  /** Says whether this part or anything below it was reported. */
  public boolean isBlamed() {
    return source.blamedPaths.stream()
        .anyMatch(
            path ->
                path.equals(prefix)
                    || path.startsWith(prefix + ".")
                    || path.startsWith(prefix + "["));
  }

  /** Says whether a field stands in the file or was set, whatever its value. */
  public boolean isWritten(String field) {
    return source.origins.containsKey(path(field));
  }

  /** Says whether a field below this part, or what holds it, was set by an override. */
  public boolean isOverridden(String field) {
    return !origin(path(field)).override().isEmpty();
  }

  /** Returns where every field of the message was written, for those who find problems later. */
  public FieldPlaces places() {
    Map<String, String> places = new HashMap<>();
    source.origins.forEach((path, origin) -> places.put(path, place(origin)));
    return new FieldPlaces(source.file, places);
  }

  private String place(Origin origin) {
    if (!origin.override().isEmpty()) {
      return origin.override();
    }
    return origin.line() > 0 ? source.file + ":" + origin.line() : source.file;
  }

  /** Returns the file as the user named it. */
  public String file() {
    return source.file;
  }

  /** Remembers where the field at a path below this part was written. */
  void writtenAt(String field, int line) {
    String path = path(field);
    if (!override.isEmpty()) {
      // What the field held before is gone, and so are its lines.
      source
          .origins
          .keySet()
          .removeIf(key -> key.startsWith(path + ".") || key.startsWith(path + "["));
    }
    source.origins.put(path, new Origin(line, override));
  }

  /** Returns the line on which a field was written, or 0. */
  int line(String field) {
    return origin(path(field)).line();
  }

  private Origin origin(String path) {
    String at = path;
    while (!at.isEmpty() && !source.origins.containsKey(at)) {
      at = parent(at);
    }
    return source.origins.getOrDefault(at, new Origin(0, ""));
  }

  private String path(String field) {
    if (field.isEmpty()) {
      return prefix;
    }
    return prefix.isEmpty() ? field : prefix + "." + field;
  }

  /** Returns the path of the message or repeated field that holds what a path names. */
  static String parent(String path) {
    int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return cut < 0 ? "" : path.substring(0, cut);
  }
}
