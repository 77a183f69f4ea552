package dev.masquerade.model.weights.pickle;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** A dictionary, or an object that is one for us, in the order of the file. */
final class PickledDictionary extends LinkedHashMap<Object, @Nullable Object> {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_KEY = 4096;

  /** What Python makes of it. */
  enum Kind {
    /** A dictionary whose attributes, if any, mean nothing here. */
    DICTIONARY,
    /** An object whose attributes are the entries. */
    NAMESPACE
  }

  private final Kind kind;

  PickledDictionary(Kind kind) {
    super(0);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /**
   * Puts an entry.
   *
   * @param key text, a number, a truth value, None, or a tuple of these; anything else could be
   *     made to hash itself for ever
   */
  void putEntry(@Nullable Object key, @Nullable Object value) throws RefusedPickleException {
    put(key(key), value);
  }

  private static Object key(@Nullable Object key) throws RefusedPickleException {
    if (key instanceof Object[] tuple && tuple.length <= 16) {
      StringBuilder text = new StringBuilder("(");
      for (int i = 0; i < tuple.length; i++) {
        text.append(i == 0 ? "" : ", ").append(scalar(tuple[i]));
      }
      return text.append(')').toString();
    }
    return scalar(key);
  }

  private static Object scalar(@Nullable Object key) throws RefusedPickleException {
    if (key == null) {
      return "None";
    }
    if (key instanceof String text && text.length() > LONGEST_KEY) {
      throw new RefusedPickleException(
          "has a dictionary with a key of " + text.length() + " letters");
    }
    if (key instanceof String || key instanceof Number || key instanceof Boolean) {
      return key;
    }
    throw new RefusedPickleException("has a dictionary whose keys are neither text nor numbers");
  }
}
