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
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Parses protobuf's JSON form into the same tree as text format. Used for one text. */
final class JsonTree {

  /**
   * Hands out a text one character at a time, so that the reader is never further than the token it
   * looks at, and the line of that token is known. Configurations are short.
   */
  private static final class Lines extends Reader {
    private final String source;
    private int position;
    private int line = 1;

    Lines(String source) {
      this.source = source;
    }

    /** Returns the line of the last character read, counted from 1. */
    int line() {
      return line;
    }

    @Override
    public int read(char[] into, int offset, int length) {
      if (position == source.length()) {
        return -1;
      }
      // The end of a line still belongs to it.
      if (position > 0 && source.charAt(position - 1) == '\n') {
        line++;
      }
      into[offset] = source.charAt(position++);
      return 1;
    }

    @Override
    public void close() {}
  }

  private final Lines lines;
  private final JsonReader reader;

  private JsonTree(Lines lines, JsonReader reader) {
    this.lines = lines;
    this.reader = reader;
  }

  /** Parses a whole file, which must hold one object. */
  static Block parse(String source) throws SyntaxException {
    Lines lines = new Lines(source);
    try (JsonReader reader = new JsonReader(lines)) {
      reader.setStrictness(Strictness.STRICT);
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new SyntaxException(
            lines.line(), "expected a JSON object, found " + reader.peek() + ".");
      }
      Block block = new JsonTree(lines, reader).object();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new SyntaxException(lines.line(), "something follows the JSON object.");
      }
      return block;
    } catch (MalformedJsonException | EOFException e) {
      throw new SyntaxException(lines.line(), "not JSON: " + firstLine(e));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private Block object() throws IOException, SyntaxException {
    List<Entry> entries = new ArrayList<>();
    int start = lines.line();
    reader.beginObject();
    while (reader.hasNext()) {
      int line = lines.line();
      String name = reader.nextName();
      if (reader.peek() == JsonToken.NULL) {
        reader.nextNull();
      } else {
        entries.add(new Entry(name, value(), line));
      }
    }
    reader.endObject();
    return new Block(entries, start);
  }

  private WrittenValue value() throws IOException, SyntaxException {
    JsonToken token = reader.peek();
    int line = lines.line();
    return switch (token) {
      case BEGIN_OBJECT -> object();
      case BEGIN_ARRAY -> {
        List<WrittenValue> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
          values.add(value());
        }
        reader.endArray();
        yield new Sequence(values, line);
      }
      case STRING -> new Scalar(reader.nextString(), true, line);
      case NUMBER -> new Scalar(reader.nextString(), false, line);
      case BOOLEAN -> new Scalar(String.valueOf(reader.nextBoolean()), false, line);
      case NULL, NAME, END_ARRAY, END_OBJECT, END_DOCUMENT ->
          throw new SyntaxException(line, "not JSON that protobuf reads: null within an array.");
    };
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
