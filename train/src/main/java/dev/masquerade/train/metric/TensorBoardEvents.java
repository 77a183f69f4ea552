package dev.masquerade.train.metric;

import com.google.protobuf.ByteString;
import dev.masquerade.proto.metric.v1.Event;
import dev.masquerade.proto.metric.v1.EventImage;
import dev.masquerade.proto.metric.v1.EventSession;
import dev.masquerade.proto.metric.v1.EventSummary;
import dev.masquerade.proto.metric.v1.EventValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Metrics as TensorBoard events.
 *
 * <p>An event file is a sequence of TFRecords, each a little-endian 64-bit length, the masked
 * CRC-32C of the length, that many bytes, and their masked CRC-32C. Every part of a run that was
 * stopped and resumed has a file of its own; the later one tells TensorBoard from which step on the
 * earlier one no longer counts.
 */
public final class TensorBoardEvents implements MetricSink {

  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int FRAME_BYTES = 16;

  private final Path file;
  private final FileChannel channel;
  private final Clock clock;

  private TensorBoardEvents(Path file, FileChannel channel, Clock clock) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Starts a new event file.
   *
   * @param directory of the run
   * @param step optimiser steps that the run has finished; more than 0 where it is resumed
   */
  public static TensorBoardEvents open(Path directory, long step, Clock clock) throws IOException {
    // Seconds first, as TensorBoard sorts files by name; the process keeps two starts apart.
    Path file =
        directory.resolve(
            String.format(
                Locale.ROOT,
                "events.out.tfevents.%010d.%d.masquerade",
                clock.instant().getEpochSecond(),
                ProcessHandle.current().pid()));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    TensorBoardEvents events = new TensorBoardEvents(file, channel, clock);
    events.write(events.at(0).setFileVersion(VERSION));
    if (step > 0) {
      events.write(
          events
              .at(step + 1)
              .setSession(EventSession.newBuilder().setStatus(EventSession.Status.START)));
    }
    return events;
  }

  @Override
  public void record(MetricRecord record) {
    EventSummary.Builder summary = EventSummary.newBuilder();
    record
        .values()
        .forEach(
            (name, value) ->
                summary.addValue(
                    EventValue.newBuilder()
                        .setTag(record.kind().word() + "/" + name)
                        .setSimpleValue(value.floatValue())));
    write(at(record.step()).setSummary(summary));
  }

  @Override
  public void picture(long step, MetricPicture picture) {
    EventImage.Builder image =
        EventImage.newBuilder()
            .setHeight(picture.height())
            .setWidth(picture.width())
            .setColorspace(picture.channels())
            .setEncodedImageString(ByteString.copyFrom(picture.png()));
    write(
        at(step)
            .setSummary(
                EventSummary.newBuilder()
                    .addValue(EventValue.newBuilder().setTag(picture.name()).setImage(image))));
  }

  private Event.Builder at(long step) {
    return Event.newBuilder().setWallTime(clock.millis() / 1000.0).setStep(step);
  }

  private void write(Event.Builder event) {
    byte[] content = event.build().toByteArray();
    ByteBuffer frame =
        ByteBuffer.allocate(content.length + FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(content.length);
    frame.putInt(maskedChecksum(frame.array(), 0, Long.BYTES));
    frame.put(content);
    frame.putInt(maskedChecksum(content, 0, content.length));
    frame.flip();
    try {
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics to " + file, e);
    }
  }

  /** CRC-32C, turned and shifted so that a checksum of data that holds checksums stays sound. */
  static int maskedChecksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
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
