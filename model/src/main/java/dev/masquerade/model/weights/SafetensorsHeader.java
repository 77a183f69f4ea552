package dev.masquerade.model.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes with its length, then JSON that maps each name to a
 * type, a shape and a range of bytes, and {@code __metadata__} to strings.
 *
 * <p>Nothing in it is believed: ranges must match types and shapes, must lie in the file, must not
 * overlap and must leave no byte out, names must be unique. A header that passes cannot make a
 * reader look outside the file or read one tensor's bytes as another's.
 */
final class SafetensorsHeader {

  /** The format allows no longer header; far more than any model needs. */
  static final long LARGEST = 100_000_000;

  static final String METADATA = "__metadata__";
  private static final int LENGTH_BYTES = 8;
  private static final int MOST_AXES = 32;

  final Map<String, TensorEntry> tensors;
  final Map<String, String> metadata;

  /** Where each tensor's first byte stands in the file. */
  final Map<String, Long> begins;

  private SafetensorsHeader(
      Map<String, TensorEntry> tensors, Map<String, Long> begins, Map<String, String> metadata) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.begins = begins;
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /** Reads from a file of {@code size} bytes. */
  interface Source {
    /** Fills the buffer with the bytes from {@code position} on. */
    void read(ByteBuffer target, long position) throws IOException;
  }

  /** How well-known files of other kinds begin, in hexadecimal, and what they are. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "ffd8ff", "a JPEG picture",
          "89504e47", "a PNG picture",
          "47494638", "a GIF picture",
          "52494646", "a WebP picture or another RIFF file",
          "25504446", "a PDF",
          "1f8b", "a gzip archive",
          "894844460d0a", "an HDF5 file",
          "934e554d5059", "a NumPy array");

  /** Names files that people mistake for weights, rather than a length that is none. */
  private static void refuseKnown(Path file, ByteBuffer first) throws InvalidWeightsException {
    String start = HexFormat.of().formatHex(first.array());
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (start.startsWith(other.getKey())) {
        throw invalid(
            file,
            "is "
                + other.getValue()
                + ", not weights. Name a .safetensors file, a .pth file or a run directory");
      }
    }
  }

  static SafetensorsHeader read(Path file, long size, Source source) throws IOException {
    if (size < LENGTH_BYTES + 2) {
      throw invalid(file, "is no safetensors file: it has only " + size + " bytes");
    }
    ByteBuffer first = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(first, 0);
    long length = first.getLong(0);
    if (length < 2 || length > size - LENGTH_BYTES) {
      refuseKnown(file, first);
    }
    if (length < 2 || length > LARGEST) {
      throw invalid(
          file,
          "is no safetensors file: it announces a header of "
              + Long.toUnsignedString(length)
              + " bytes, allowed are 2 to "
              + LARGEST);
    }
    if (length > size - LENGTH_BYTES) {
      throw invalid(
          file,
          "announces a header of "
              + length
              + " bytes but ends after "
              + size
              + ". Was it copied completely?");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    source.read(bytes, LENGTH_BYTES);
    bytes.rewind();
    String json;
    try {
      json = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidWeightsException(file, "has a header that is not UTF-8 text", e);
    }
    return new Parser(file, LENGTH_BYTES + length, size).parse(json);
  }

  private static InvalidWeightsException invalid(Path file, String problem) {
    return new InvalidWeightsException(file, problem);
  }

  private static final class Parser {
    private final Path file;
    private final long start;
    private final long size;
    private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    private final Map<String, Long> begins = new HashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Parser(Path file, long start, long size) {
      this.file = file;
      this.start = start;
      this.size = size;
    }

    SafetensorsHeader parse(String json) throws IOException {
      try (JsonReader reader = new JsonReader(new StringReader(json))) {
        reader.setStrictness(Strictness.STRICT);
        reader.beginObject();
        boolean metadataSeen = false;
        while (reader.hasNext()) {
          String name = reader.nextName();
          if (name.equals(METADATA)) {
            if (metadataSeen) {
              throw invalid(file, "has " + METADATA + " twice in its header");
            }
            metadataSeen = true;
            metadata(reader);
          } else {
            tensor(reader, name);
          }
        }
        reader.endObject();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
          throw invalid(file, "has something after the JSON of its header");
        }
      } catch (MalformedJsonException | EOFException | IllegalStateException e) {
        throw new InvalidWeightsException(
            file, "has a header that is not the JSON of safetensors", e);
      }
      checkRanges();
      return new SafetensorsHeader(tensors, begins, metadata);
    }

    private void metadata(JsonReader reader) throws IOException {
      reader.beginObject();
      while (reader.hasNext()) {
        String key = reader.nextName();
        if (reader.peek() != JsonToken.STRING) {
          throw invalid(file, "has metadata \"" + key + "\" that is not a string");
        }
        if (metadata.put(key, reader.nextString()) != null) {
          throw invalid(file, "has metadata \"" + key + "\" twice");
        }
      }
      reader.endObject();
    }

    private void tensor(JsonReader reader, String name) throws IOException {
      ElementType type = null;
      List<Long> shape = null;
      List<Long> range = null;
      reader.beginObject();
      while (reader.hasNext()) {
        String key = reader.nextName();
        switch (key) {
          case "dtype" -> type = type(name, reader.nextString());
          case "shape" -> shape = numbers(reader, name, key, MOST_AXES);
          case "data_offsets" -> range = numbers(reader, name, key, 2);
          default -> throw invalid(file, about(name) + " has an unknown field \"" + key + "\"");
        }
      }
      reader.endObject();
      if (type == null || shape == null || range == null || range.size() != 2) {
        throw invalid(
            file, about(name) + " lacks one of dtype, shape, or data_offsets with two numbers");
      }
      TensorEntry entry;
      try {
        entry = new TensorEntry(name, type, shape);
      } catch (ArithmeticException e) {
        throw new InvalidWeightsException(
            file, about(name) + " has an impossible shape " + shape, e);
      }
      long begin = range.get(0);
      long end = range.get(1);
      if (begin > end || end > size - start) {
        throw invalid(
            file,
            about(name)
                + " stands at bytes "
                + begin
                + " to "
                + end
                + " of the data, but there are only "
                + (size - start)
                + ". Was the file copied completely?");
      }
      if (end - begin != entry.byteCount()) {
        throw invalid(
            file,
            about(name)
                + " of shape "
                + shape
                + " and type "
                + type
                + " needs "
                + entry.byteCount()
                + " bytes, but "
                + (end - begin)
                + " are given to it");
      }
      if (tensors.put(name, entry) != null) {
        throw invalid(file, about(name) + " stands twice in the header");
      }
      begins.put(name, start + begin);
    }

    private ElementType type(String name, String text) throws InvalidWeightsException {
      for (ElementType type : ElementType.values()) {
        if (type.name().equals(text)) {
          return type;
        }
      }
      throw invalid(
          file,
          about(name)
              + " is of type \""
              + text
              + "\". Known: "
              + List.of(ElementType.values())
              + ". Convert the file to one of these");
    }

    private List<Long> numbers(JsonReader reader, String name, String field, int most)
        throws IOException {
      List<Long> numbers = new ArrayList<>();
      reader.beginArray();
      while (reader.hasNext()) {
        // Read as text: the number readers of JSON libraries accept 1.0 and "1" as well.
        String text = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "";
        if (!text.matches("[0-9]{1,18}") || numbers.size() == most) {
          throw invalid(
              file,
              String.format(
                  Locale.ROOT,
                  "%s needs up to %d whole numbers of at most 18 digits as its %s",
                  about(name),
                  most,
                  field));
        }
        numbers.add(Long.parseLong(text));
      }
      reader.endArray();
      return numbers;
    }

    /** Every byte of the data belongs to exactly one tensor. */
    private void checkRanges() throws InvalidWeightsException {
      List<TensorEntry> inOrder = new ArrayList<>(tensors.values());
      inOrder.sort(Comparator.comparingLong(this::begin).thenComparingLong(TensorEntry::byteCount));
      long reached = start;
      String before = "the header";
      for (TensorEntry entry : inOrder) {
        long begin = begin(entry);
        if (begin < reached) {
          throw invalid(file, about(entry.name()) + " overlaps " + before);
        }
        if (begin > reached) {
          throw invalid(
              file,
              (begin - reached)
                  + " bytes between "
                  + before
                  + " and "
                  + about(entry.name())
                  + " belong to no tensor");
        }
        reached = begin + entry.byteCount();
        before = about(entry.name());
      }
      if (reached != size) {
        throw invalid(file, (size - reached) + " bytes after " + before + " belong to no tensor");
      }
    }

    private long begin(TensorEntry entry) {
      return begins.getOrDefault(entry.name(), start);
    }

    private static String about(String name) {
      return "tensor \"" + name + "\"";
    }
  }
}
