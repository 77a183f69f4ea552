package dev.masquerade.data.label;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Where labels stand. Written as one word: {@code folder}, the last folder in a sample's key, as
 * {@code DIR/CLASS/file} has it; or the name of a member, such as {@code label} or {@code cls},
 * whose text is the label; or a field of a JSON member, such as {@code label:shape} or {@code
 * scene:camera.azimuth_degrees}. A JSON member without a field is asked for its field {@code
 * label}.
 */
public sealed interface LabelSource {

  /** The member {@code label}, which rendered scenes have. */
  LabelSource DEFAULT = new Member("label", "");

  /** Returns a source by the word for it. */
  static LabelSource of(String word) {
    if (word.equals("folder")) {
      return new Folder();
    }
    int colon = word.indexOf(':');
    return colon < 0
        ? new Member(word, "")
        : new Member(word.substring(0, colon), word.substring(colon + 1));
  }

  /**
   * Returns the label of a sample.
   *
   * @param ordinal of the sample in its shard
   * @return not blank
   * @throws BadSampleException if it has none, saying what was looked for
   * @throws IOException if reading fails
   */
  String label(Shard shard, int ordinal) throws IOException, BadSampleException;

  /** The last folder in the key of a sample. */
  record Folder() implements LabelSource {
    @Override
    public String label(Shard shard, int ordinal) throws BadSampleException {
      String key = shard.key(ordinal);
      int end = key.lastIndexOf('/');
      String label = key.substring(key.lastIndexOf('/', end - 1) + 1, Math.max(0, end));
      if (label.isBlank()) {
        throw new BadSampleException(
            "it lies in no folder that could be its class. Arrange files as CLASS/FILE, or say which"
                + " member holds labels");
      }
      return label;
    }

    @Override
    public String toString() {
      return "folder";
    }
  }

  /**
   * A member of the sample.
   *
   * @param name what stands between key and extension, or all that follows the key
   * @param field names joined by dots that lead to the label in a JSON member; empty for the text
   *     of others, and for {@code label} in a JSON member
   */
  record Member(String name, String field) implements LabelSource {

    private static final List<String> EXTENSIONS = List.of("txt", "json", "cls");

    public Member {
      if (name.isBlank()) {
        throw new IllegalArgumentException(
            "labels need a member, for example \"label\" or \"label:shape\"");
      }
    }

    @Override
    public String label(Shard shard, int ordinal) throws IOException, BadSampleException {
      for (String extension : EXTENSIONS) {
        Optional<byte[]> bytes = shard.read(ordinal, name + "." + extension);
        if (bytes.isPresent()) {
          return checked(read(bytes.get(), extension.equals("json")));
        }
      }
      Optional<byte[]> bytes = shard.read(ordinal, name);
      if (bytes.isPresent()) {
        return checked(read(bytes.get(), !field.isEmpty()));
      }
      throw new BadSampleException(
          "it has no label: none of its members "
              + shard.members(ordinal)
              + " is "
              + name
              + ".txt, "
              + name
              + ".json or "
              + name
              + ".cls. Add one, or name another source of labels, such as \"folder\"");
    }

    private String read(byte[] bytes, boolean json) throws BadSampleException {
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      if (!json) {
        if (!field.isEmpty()) {
          throw new BadSampleException("its member " + name + " is text and has no field " + field);
        }
        return text;
      }
      String path = field.isEmpty() ? "label" : field;
      try {
        JsonElement at = JsonParser.parseString(text);
        for (String step : path.split("\\.")) {
          at = at.isJsonObject() ? at.getAsJsonObject().get(step) : null;
          if (at == null) {
            throw new BadSampleException(
                "its member " + name + ".json has no field " + path + " that could be its label");
          }
        }
        if (!at.isJsonPrimitive()) {
          throw new BadSampleException(
              "field " + path + " of its member " + name + ".json is no text or number: " + at);
        }
        return at.getAsString();
      } catch (JsonParseException e) {
        throw new BadSampleException("its member " + name + ".json is no JSON", e);
      }
    }

    private String checked(String label) throws BadSampleException {
      if (label.isBlank()) {
        throw new BadSampleException("its label in " + name + " is empty");
      }
      return label;
    }

    @Override
    public String toString() {
      return field.isEmpty() ? name : name + ":" + field;
    }
  }
}
