package dev.masquerade.cli.figure;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/*
 * An animated PNG is a PNG with a chunk acTL before the first IDAT, a chunk fcTL before the data of
 * every frame, and the data of all frames but the first in chunks fdAT: those of an IDAT after a
 * sequence number. A reader that knows nothing of it shows the first frame.
 * https://www.w3.org/TR/png-3/#apng-frame-based-animation
 */
/** Writes pictures of one size, one after another, as an animated PNG that plays for ever. */
public final class AnimatedPng {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int CHUNK_FRAME = 12;
  private static final short MILLISECONDS = 1000;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);
  private int sequence;

  private AnimatedPng() {}

  /**
   * Writes.
   *
   * @param frames at least one, all of one size
   * @param delayMs how long a frame is shown, in milliseconds
   * @param lastDelayMs how long the last one is shown
   */
  public static byte[] write(List<Picture> frames, int delayMs, int lastDelayMs) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("an animation needs at least one frame");
    }
    Picture first = frames.get(0);
    for (Picture frame : frames) {
      if (frame.width() != first.width() || frame.height() != first.height()) {
        throw new IllegalArgumentException(
            "frames of an animation have one size, were "
                + first.width()
                + " x "
                + first.height()
                + " and "
                + frame.width()
                + " x "
                + frame.height());
      }
    }
    try {
      return new AnimatedPng().file(frames, delayMs, lastDelayMs);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private byte[] file(List<Picture> frames, int delayMs, int lastDelayMs) throws IOException {
    out.write(SIGNATURE);
    for (int i = 0; i < frames.size(); i++) {
      int delay = i == frames.size() - 1 ? lastDelayMs : delayMs;
      frame(ByteBuffer.wrap(frames.get(i).png()), i, frames.get(i), frames.size(), delay);
    }
    chunk("IEND", new byte[0]);
    return bytes.toByteArray();
  }

  /** Takes the chunks of one picture. */
  private void frame(ByteBuffer png, int number, Picture picture, int count, int delay)
      throws IOException {
    png.position(SIGNATURE.length);
    boolean announced = false;
    while (png.remaining() >= CHUNK_FRAME) {
      byte[] content = new byte[png.getInt()];
      byte[] name = new byte[4];
      png.get(name);
      png.get(content);
      png.getInt();
      String type = new String(name, StandardCharsets.US_ASCII);
      if (type.equals("IHDR") && number == 0) {
        chunk(type, content);
        chunk("acTL", ByteBuffer.allocate(8).putInt(count).putInt(0).array());
      }
      if (type.equals("IDAT")) {
        if (!announced) {
          announced = true;
          chunk(
              "fcTL",
              ByteBuffer.allocate(26)
                  .putInt(sequence++)
                  .putInt(picture.width())
                  .putInt(picture.height())
                  .putInt(0)
                  .putInt(0)
                  .putShort((short) delay)
                  .putShort(MILLISECONDS)
                  .array());
        }
        if (number == 0) {
          chunk(type, content);
        } else {
          chunk(
              "fdAT",
              ByteBuffer.allocate(4 + content.length).putInt(sequence++).put(content).array());
        }
      }
    }
  }

  private void chunk(String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
