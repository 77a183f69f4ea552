package dev.masquerade.train.embedding;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads comma-separated values as Python's {@code csv} writes them, record by record. */
final class CsvReader implements Closeable {

  private static final int END = -1;

  private final Path file;
  private final BufferedReader reader;
  private int line;
  private int begun;

  CsvReader(Path file) throws IOException {
    this.file = file;
    this.reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
  }

  /** Returns the number of the line that the last record began in, counted from 1. */
  int line() {
    return begun;
  }

  /**
   * Returns the next record, or empty at the end. Empty lines are passed over.
   *
   * @throws InvalidEmbeddingsException if a quoted field is never closed
   */
  Optional<List<String>> next() throws IOException {
    String text = reader.readLine();
    line++;
    while (text != null && text.isEmpty()) {
      text = reader.readLine();
      line++;
    }
    if (text == null) {
      return Optional.empty();
    }
    begun = line;
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int at = 0;
    while (true) {
      int letter = at < text.length() ? text.charAt(at++) : END;
      if (quoted) {
        if (letter == END) {
          text = reader.readLine();
          line++;
          if (text == null) {
            throw new InvalidEmbeddingsException(
                file, "line " + begun + ": a quoted field is never closed");
          }
          field.append('\n');
          at = 0;
        } else if (letter != '"') {
          field.append((char) letter);
        } else if (at < text.length() && text.charAt(at) == '"') {
          field.append('"');
          at++;
        } else {
          quoted = false;
        }
      } else if (letter == '"' && field.isEmpty()) {
        quoted = true;
      } else if (letter == ',' || letter == END) {
        fields.add(field.toString());
        field.setLength(0);
        if (letter == END) {
          return Optional.of(fields);
        }
      } else {
        field.append((char) letter);
      }
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
