package dev.masquerade.data.schema;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.masquerade.data.schema.WrittenValue.Block;
import dev.masquerade.data.schema.WrittenValue.Entry;
import dev.masquerade.data.schema.WrittenValue.Scalar;
import dev.masquerade.data.schema.WrittenValue.Sequence;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Parses protobuf's JSON form into the same tree as text format, without lines. */
final class JsonTree {

  private JsonTree() {}

  /** Parses a whole file, which must hold one object. */
  static Block parse(String source) throws SyntaxException {
    try (JsonReader reader = new JsonReader(new StringReader(source))) {
      reader.setStrictness(Strictness.STRICT);
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new SyntaxException(0, "expected a JSON object, found " + reader.peek() + ".");
      }
      Block block = object(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new SyntaxException(0, "something follows the JSON object.");
      }
      return block;
    } catch (MalformedJsonException | EOFException e) {
      throw new SyntaxException(0, "not JSON: " + firstLine(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static Block object(JsonReader reader) throws IOException, SyntaxException {
    List<Entry> entries = new ArrayList<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (reader.peek() == JsonToken.NULL) {
        reader.nextNull();
      } else {
        entries.add(new Entry(name, value(reader), 0));
      }
    }
    reader.endObject();
    return new Block(entries, 0);
  }

  private static WrittenValue value(JsonReader reader) throws IOException, SyntaxException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> {
        List<WrittenValue> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
          values.add(value(reader));
        }
        reader.endArray();
        yield new Sequence(values, 0);
      }
      case STRING -> new Scalar(reader.nextString(), true, 0);
      case NUMBER -> new Scalar(reader.nextString(), false, 0);
      case BOOLEAN -> new Scalar(String.valueOf(reader.nextBoolean()), false, 0);
      case NULL, NAME, END_ARRAY, END_OBJECT, END_DOCUMENT ->
          throw new SyntaxException(0, "not JSON that protobuf reads: null within an array.");
    };
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
