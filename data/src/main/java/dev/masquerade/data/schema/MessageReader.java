package dev.masquerade.data.schema;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.ScalarReader.Strictness;
import dev.masquerade.data.schema.WrittenValue.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads a message from text format, JSON or binary, by the file's extension.
 *
 * <p>What cannot be read is reported, never thrown: the caller goes on to check the rest and then
 * throws all problems together.
 */
public final class MessageReader {

  private MessageReader() {}

  /**
   * Reads a file.
   *
   * @param file named as problems shall show it
   * @param type any instance of the message
   * @param problems receives what is wrong with the file; a file that is absent, unreadable or no
   *     text of its kind gives an empty message and one problem
   */
  public static <M extends Message> ReadMessage<M> read(Path file, M type, Problems problems) {
    return read(file, type, FieldOverrides.NONE, problems);
  }

  /**
   * Reads a file and changes fields of it.
   *
   * @param overrides applied after the file was read
   * @param problems receives what is wrong with the file or the overrides
   * @see #read(Path, Message, Problems)
   */
  @SuppressWarnings("unchecked") // newBuilderForType of an M builds an M
  public static <M extends Message> ReadMessage<M> read(
      Path file, M type, FieldOverrides overrides, Problems problems) {
    FieldProblems fields = FieldProblems.of(problems, file.toString());
    Message.Builder builder = type.newBuilderForType();
    FileFormat format = FileFormat.of(file);
    if (format == FileFormat.UNKNOWN) {
      fields.reportUnreadable(0, "the file's extension must be " + FileFormat.EXTENSIONS + ".");
    } else if (Files.isDirectory(file)) {
      fields.reportUnreadable(0, "this is a directory; name the file in it.");
    } else if (!Files.exists(file)) {
      fields.reportUnreadable(0, "there is no such file.");
    } else {
      try {
        bind(format, Files.readAllBytes(file), builder, fields);
      } catch (IOException e) {
        fields.reportUnreadable(0, "cannot be read: " + reason(e) + ".");
      }
    }
    overrides.apply(builder, fields);
    return new ReadMessage<>((M) builder.build(), fields);
  }

  private static void bind(
      FileFormat format, byte[] bytes, Message.Builder builder, FieldProblems problems) {
    try {
      switch (format) {
        case TEXTPROTO -> {
          Block block = TextprotoParser.parse(text(bytes));
          new MessageBinder(Strictness.TEXTPROTO).bind(block, builder, problems);
        }
        case JSON -> {
          Block block = JsonTree.parse(text(bytes));
          new MessageBinder(Strictness.JSON).bind(block, builder, problems);
        }
        case BINARY -> {
          builder.mergeFrom(bytes);
          reportUnknownNumbers(builder.build(), problems);
        }
        case UNKNOWN -> throw new IllegalArgumentException("the format is not known");
      }
    } catch (SyntaxException e) {
      problems.reportUnreadable(e.line(), String.valueOf(e.getMessage()));
    } catch (InvalidProtocolBufferException e) {
      builder.clear();
      problems.reportUnreadable(
          0,
          "is no "
              + builder.getDescriptorForType().getName()
              + " in binary form: "
              + e.getMessage());
    }
  }

  private static String text(byte[] bytes) throws SyntaxException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SyntaxException(0, "is not a text in UTF-8.");
    }
  }

  /** Reports fields of a binary message that no name is known for. */
  private static void reportUnknownNumbers(Message message, FieldProblems problems) {
    for (int number : message.getUnknownFields().asMap().keySet()) {
      problems.report(
          "",
          message.getDescriptorForType().getName()
              + " has no field number "
              + number
              + "; the file was written by a newer version or is of another kind.");
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      if (field.isRepeated()) {
        List<?> values = (List<?>) entry.getValue();
        for (int i = 0; i < values.size(); i++) {
          reportUnknownNumbers((Message) values.get(i), problems.at(field.getName(), i));
        }
      } else {
        reportUnknownNumbers((Message) entry.getValue(), problems.at(field.getName()));
      }
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName().replaceFirst("Exception$", "")
        + (message == null ? "" : " (" + message + ")");
  }
}
