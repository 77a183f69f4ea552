package dev.masquerade.data.schema;

import java.nio.file.Path;
import java.util.Locale;

/** How a message is stored, told by a file's extension. */
enum FileFormat {
  /** Protobuf text format, for people. */
  TEXTPROTO,
  /** Protobuf's JSON. */
  JSON,
  /** Protobuf's wire format. */
  BINARY,
  /** None of these. */
  UNKNOWN;

  /** The extensions, for messages. */
  static final String EXTENSIONS = ".textproto, .json, .binpb or .pb";

  /** Returns the format of a file. */
  static FileFormat of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "textproto", "txtpb" -> TEXTPROTO;
      case "json" -> JSON;
      case "binpb", "pb" -> BINARY;
      default -> UNKNOWN;
    };
  }
}
