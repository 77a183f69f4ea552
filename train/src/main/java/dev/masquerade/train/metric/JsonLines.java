package dev.masquerade.train.metric;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Set;

/**
 * Metrics as lines of JSON, append only: {@code
 * {"step":100,"kind":"train","unix_time_ms":1767225600000,"loss":6.31}}.
 *
 * <p>Numbers are written so that they read back to the same bits; what is not finite becomes the
 * string {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}. Every line is one write, so a
 * killed process leaves at most one torn line at the end.
 */
public final class JsonLines implements MetricSink {

  /** Names that every line uses for itself. */
  static final Set<String> RESERVED = Set.of("step", "kind", "unix_time_ms");

  private final Path file;
  private final FileChannel channel;
  private final Clock clock;

  private JsonLines(Path file, FileChannel channel, Clock clock) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Opens the file of a run that starts or goes on at a step. Lines of later steps, which an
   * interrupted run wrote after its last checkpoint, and a torn last line are cut off: the run is
   * about to write them again.
   *
   * @param file made where it is missing
   * @param step optimiser steps that the run has finished; lines of this step stay
   */
  public static JsonLines open(Path file, long step, Clock clock) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      channel.truncate(lengthUpTo(file, step));
      channel.position(channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new JsonLines(file, channel, clock);
  }

  /** Returns the bytes before the first line that is torn or belongs to a later step. */
  private static long lengthUpTo(Path file, long step) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int start = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] != '\n') {
        continue;
      }
      String line = new String(content, start, i - start, StandardCharsets.UTF_8);
      if (stepOf(line) > step) {
        return start;
      }
      start = i + 1;
    }
    return start;
  }

  private static long stepOf(String line) {
    try {
      return JsonParser.parseString(line).getAsJsonObject().get("step").getAsLong();
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      // Whatever this is, we did not write it whole: the run writes its lines again from here.
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void record(MetricRecord record) {
    JsonObject line = new JsonObject();
    line.addProperty("step", record.step());
    line.addProperty("kind", record.kind().word());
    line.addProperty("unix_time_ms", clock.millis());
    record
        .values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                line.addProperty(name, value);
              } else {
                line.addProperty(name, Double.toString(value));
              }
            });
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics to " + file, e);
    }
  }

  @Override
  public void sync() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics to " + file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
