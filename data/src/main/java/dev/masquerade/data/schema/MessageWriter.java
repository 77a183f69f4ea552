package dev.masquerade.data.schema;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes messages so that equal ones give equal bytes. */
public final class MessageWriter {

  private MessageWriter() {}

  /**
   * Returns a message in text format: fields by number, maps by key, other alphabets as they are.
   */
  public static String text(Message message) {
    String schema = message.getDescriptorForType().getFile().getName();
    return "# proto-file: "
        + schema
        + "\n# proto-message: "
        + message.getDescriptorForType().getName()
        + "\n\n"
        + TextFormat.printer().escapingNonAscii(false).printToString(message);
  }

  /**
   * Writes a file whole or not at all, in the format its extension names.
   *
   * @param file its directory exists; a file of this name is replaced
   * @throws IOException if it could not be written; a file that was there before stays
   */
  public static void write(Path file, Message message) throws IOException {
    byte[] bytes =
        switch (FileFormat.of(file)) {
          case TEXTPROTO -> text(message).getBytes(StandardCharsets.UTF_8);
          case JSON ->
              (JsonFormat.printer().preservingProtoFieldNames().sortingMapKeys().print(message)
                      + "\n")
                  .getBytes(StandardCharsets.UTF_8);
          case BINARY -> message.toByteArray();
          case UNKNOWN ->
              throw new IllegalArgumentException(
                  file + ": the extension must be " + FileFormat.EXTENSIONS);
        };
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.write(partial, bytes);
      try {
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
