package dev.masquerade.train.embedding;

import com.google.gson.JsonArray;
import dev.masquerade.modality.code.NpyHeader;
import dev.masquerade.modality.code.NpyType;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes embeddings row by row, in memory that does not grow with the numbers.
 *
 * <p>Rows are kept beside the file until {@link #finish}; the file appears whole or not at all.
 * Work that was killed is taken up with {@link #resume}. Used by one thread.
 */
public final class EmbeddingWriter implements EmbeddingSink, Closeable {

  static final String NOT_FINITE = "the model gave a number that is not finite";

  /** Names that take more than this do not fit the header of a safetensors file. */
  private static final int MOST_METADATA = 64_000_000;

  private static final int COPY_ROWS_BYTES = 1 << 20;

  private final Path target;
  private final EmbeddingFormat format;
  private final String origin;
  private final int width;
  private final EmbeddingJournal journal;
  private final List<EmbeddingKey> kept;
  private final float[] nothing;

  private EmbeddingWriter(
      Path target, String origin, int width, EmbeddingJournal journal, List<EmbeddingKey> kept)
      throws IOException {
    this.target = target;
    this.format = EmbeddingFormat.of(target);
    this.origin = origin;
    this.width = width;
    this.journal = journal;
    this.kept = List.copyOf(kept);
    this.nothing = new float[width];
    Arrays.fill(nothing, Float.NaN);
  }

  /**
   * Begins a file.
   *
   * @param target ending in {@code .npy}, {@code .csv} or {@code .safetensors}; replaced at the end
   * @param origin what makes the rows, in words: model and settings
   * @param width numbers per row
   * @throws InvalidEmbeddingsException if unfinished work on the same file is there
   */
  public static EmbeddingWriter begin(Path target, String origin, int width) throws IOException {
    EmbeddingFormat.of(target);
    if (unfinished(target)) {
      throw new InvalidEmbeddingsException(
          target,
          "unfinished rows are there. Add --resume to go on with them, or remove "
              + EmbeddingJournal.linesOf(target).getFileName()
              + " to begin anew");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return new EmbeddingWriter(
        target, origin, width, EmbeddingJournal.begin(target, origin, width), List.of());
  }

  /**
   * Goes on with unfinished work, or begins where there is none.
   *
   * @throws InvalidEmbeddingsException if what is there was made by something else
   */
  public static EmbeddingWriter resume(Path target, String origin, int width) throws IOException {
    EmbeddingFormat.of(target);
    if (!unfinished(target)) {
      return begin(target, origin, width);
    }
    List<EmbeddingKey> kept = new ArrayList<>();
    EmbeddingJournal journal = EmbeddingJournal.resume(target, origin, width, kept);
    return new EmbeddingWriter(target, origin, width, journal, kept);
  }

  private static boolean unfinished(Path target) {
    return Files.exists(EmbeddingJournal.linesOf(target))
        && Files.exists(EmbeddingJournal.numbersOf(target));
  }

  /** Returns the keys of the rows that were there already when work was taken up. */
  public List<EmbeddingKey> kept() {
    return kept;
  }

  @Override
  public EmbeddingKey add(EmbeddingKey key, float[] values, int from) throws IOException {
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(values[from + i])) {
        return addBroken(key.brokenBy(NOT_FINITE));
      }
    }
    journal.add(key, values, from);
    return key;
  }

  @Override
  public EmbeddingKey addBroken(EmbeddingKey key) throws IOException {
    if (!key.broken()) {
      throw new IllegalArgumentException(key.name() + " is broken without a reason");
    }
    journal.add(key, nothing, 0);
    return key;
  }

  /**
   * Writes the file and removes the rows beside it.
   *
   * @return the keys of all rows, in order
   */
  public List<EmbeddingKey> finish() throws IOException {
    List<EmbeddingKey> keys = journal.keys();
    switch (format) {
      case NPY -> {
        write(KeysFile.of(target), channel -> writeKeys(channel, keys));
        write(target, channel -> writeNpy(channel, keys.size()));
      }
      case CSV -> write(target, channel -> writeCsv(channel, keys));
      case SAFETENSORS -> writeSafetensors(keys);
    }
    journal.delete();
    return keys;
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private static void write(Path file, Content content) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".writing");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void writeKeys(FileChannel channel, List<EmbeddingKey> keys) throws IOException {
    Writer text = Channels.newWriter(channel, StandardCharsets.UTF_8);
    StringBuilder lines = new StringBuilder(KeysFile.HEADER).append(CsvText.LINE_END);
    for (EmbeddingKey key : keys) {
      lines.append(KeysFile.line(key));
    }
    text.append(lines).flush();
  }

  private void writeNpy(WritableByteChannel channel, int rows) throws IOException {
    ByteBuffer header = ByteBuffer.wrap(NpyHeader.write(NpyType.FLOAT32, rows, width));
    while (header.hasRemaining()) {
      channel.write(header);
    }
    copyNumbers(channel);
  }

  private void copyNumbers(WritableByteChannel channel) throws IOException {
    FileChannel numbers = journal.numbers();
    long size = numbers.size();
    for (long at = 0; at < size; ) {
      at += numbers.transferTo(at, size - at, channel);
    }
  }

  private void writeCsv(FileChannel channel, List<EmbeddingKey> keys) throws IOException {
    Writer text = Channels.newWriter(channel, StandardCharsets.UTF_8);
    StringBuilder line = new StringBuilder(CsvTable.NAMES);
    for (int i = 0; i < width; i++) {
      line.append(',').append(CsvTable.COLUMN).append(i);
    }
    text.append(line).append(',').append(CsvTable.LABELS).append(CsvText.LINE_END);
    int rowsAtOnce = Math.max(1, COPY_ROWS_BYTES / Math.max(1, width * Float.BYTES));
    ByteBuffer rows =
        ByteBuffer.allocate(rowsAtOnce * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    rows.limit(0);
    long at = 0;
    for (EmbeddingKey key : keys) {
      if (!rows.hasRemaining()) {
        rows.clear();
        int read = journal.numbers().read(rows, at);
        while (rows.hasRemaining() && read > 0) {
          read = journal.numbers().read(rows, at + rows.position());
        }
        at += rows.position();
        rows.flip();
      }
      line.setLength(0);
      line.append(CsvText.field(key.name()));
      for (int i = 0; i < width; i++) {
        line.append(',').append(CsvText.number(rows.getFloat()));
      }
      line.append(',').append(CsvText.field(key.label())).append(CsvText.LINE_END);
      text.append(line);
    }
    text.flush();
  }

  private void writeSafetensors(List<EmbeddingKey> keys) throws IOException {
    Map<String, String> metadata =
        Map.of(
            "origin",
            origin,
            SafetensorsTable.NAMES,
            list(keys, EmbeddingKey::name),
            SafetensorsTable.LABELS,
            list(keys, EmbeddingKey::label),
            SafetensorsTable.STATUS,
            list(keys, EmbeddingKey::problem));
    if (metadata.values().stream().mapToLong(String::length).sum() > MOST_METADATA) {
      write(KeysFile.of(target), channel -> writeKeys(channel, keys));
      metadata = Map.of("origin", origin);
    }
    SafetensorsWriter.write(
        target,
        metadata,
        List.of(
            new TensorContent(
                SafetensorsTable.TENSOR,
                ElementType.F32,
                List.of((long) keys.size(), (long) width),
                this::copyNumbers)));
  }

  private static String list(List<EmbeddingKey> keys, Function<EmbeddingKey, String> part) {
    JsonArray array = new JsonArray();
    keys.forEach(key -> array.add(part.apply(key)));
    return array.toString();
  }

  /** Lets go; rows that were added stay for {@link #resume}. */
  @Override
  public void close() throws IOException {
    journal.close();
  }
}
