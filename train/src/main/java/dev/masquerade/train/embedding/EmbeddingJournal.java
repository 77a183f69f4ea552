package dev.masquerade.train.embedding;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way into a file: numbers in {@code NAME.part}, one after another, and a line of
 * JSON for each in {@code NAME.part.jsonl}, after one that says what the rows are made by.
 *
 * <p>Both are only appended to, numbers first. Whatever a killed process leaves, the rows that are
 * whole in both files are good; the rest is cut off when the journal is opened again.
 */
final class EmbeddingJournal implements Closeable {

  private final Path target;
  private final FileChannel numbers;
  private final FileChannel lines;
  private final ByteBuffer row;

  private EmbeddingJournal(Path target, FileChannel numbers, FileChannel lines, int width) {
    this.target = target;
    this.numbers = numbers;
    this.lines = lines;
    this.row =
        ByteBuffer.allocateDirect(Math.multiplyExact(width, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  static Path numbersOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  static Path linesOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".part.jsonl");
  }

  /** Begins anew, over whatever is there. */
  static EmbeddingJournal begin(Path target, String origin, int width) throws IOException {
    EmbeddingJournal journal = open(target, width);
    try {
      journal.numbers.truncate(0);
      journal.lines.truncate(0);
      JsonObject head = new JsonObject();
      head.addProperty("origin", origin);
      head.addProperty("width", width);
      append(journal.lines, StandardCharsets.UTF_8.encode(head + "\n"));
      return journal;
    } catch (IOException e) {
      journal.close();
      throw e;
    }
  }

  /**
   * Goes on.
   *
   * @param kept receives the keys of the rows that are good, in order
   * @throws InvalidEmbeddingsException if the rows there were made by something else
   */
  static EmbeddingJournal resume(Path target, String origin, int width, List<EmbeddingKey> kept)
      throws IOException {
    long rowBytes = (long) width * Float.BYTES;
    long whole = Files.size(numbersOf(target)) / rowBytes;
    Lines read = Lines.read(linesOf(target), whole);
    JsonObject head = read.head;
    if (head == null) {
      // Killed before its first line was whole, so no row is lost.
      return begin(target, origin, width);
    }
    String made = text(head, "origin");
    if (!made.equals(origin) || !text(head, "width").equals(Integer.toString(width))) {
      throw new InvalidEmbeddingsException(
          target,
          "the "
              + read.keys.size()
              + " rows that are there were made by "
              + made
              + ", which is not "
              + origin
              + ". Choose another name, or remove "
              + linesOf(target).getFileName());
    }
    EmbeddingJournal journal = open(target, width);
    try {
      journal.numbers.truncate(read.keys.size() * rowBytes);
      journal.lines.truncate(read.bytes);
      kept.addAll(read.keys);
      return journal;
    } catch (IOException e) {
      journal.close();
      throw e;
    }
  }

  private static EmbeddingJournal open(Path target, int width) throws IOException {
    FileChannel numbers = channel(numbersOf(target));
    try {
      return new EmbeddingJournal(target, numbers, channel(linesOf(target)), width);
    } catch (IOException e) {
      numbers.close();
      throw e;
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  void add(EmbeddingKey key, float[] values, int from) throws IOException {
    row.clear().asFloatBuffer().put(values, from, row.capacity() / Float.BYTES);
    append(numbers, row);
    JsonObject line = new JsonObject();
    line.addProperty("name", key.name());
    line.addProperty("label", key.label());
    line.addProperty("problem", key.problem());
    append(lines, StandardCharsets.UTF_8.encode(line + "\n"));
  }

  private static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
    long at = channel.size();
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Returns the numbers of all rows, little-endian. */
  FileChannel numbers() {
    return numbers;
  }

  /** Returns the keys of all rows, in order. */
  List<EmbeddingKey> keys() throws IOException {
    return Lines.read(linesOf(target), Long.MAX_VALUE).keys;
  }

  /** Removes the journal: what it held is in the file. */
  void delete() throws IOException {
    close();
    Files.deleteIfExists(linesOf(target));
    Files.deleteIfExists(numbersOf(target));
  }

  @Override
  public void close() throws IOException {
    try (numbers) {
      lines.close();
    }
  }

  private static String text(JsonObject line, String name) {
    return line.has(name) ? line.get(name).getAsString() : "";
  }

  /** The lines of a journal up to the first that is not whole. */
  private static final class Lines {
    private @Nullable JsonObject head;
    private final List<EmbeddingKey> keys = new ArrayList<>();
    private long bytes;

    static Lines read(Path file, long most) throws IOException {
      Lines lines = new Lines();
      long size = Files.size(file);
      // A reader of Files refuses a line cut inside a character; this one replaces it.
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
        String text = reader.readLine();
        while (text != null
            && (lines.head == null || lines.keys.size() < most)
            && lines.take(text, size)) {
          text = reader.readLine();
        }
      }
      return lines;
    }

    private boolean take(String text, long size) {
      long after = bytes + text.getBytes(StandardCharsets.UTF_8).length + 1;
      JsonObject line;
      try {
        line = JsonParser.parseString(text).getAsJsonObject();
      } catch (JsonParseException | IllegalStateException e) {
        return false;
      }
      if (after > size) {
        return false;
      }
      if (head == null) {
        head = line;
      } else {
        keys.add(new EmbeddingKey(text(line, "name"), text(line, "label"), text(line, "problem")));
      }
      bytes = after;
      return true;
    }
  }
}
