package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  @TempDir Path directory;

  @Test
  void everyElementType_isReadAsItsValues() throws Exception {
    Path file = directory.resolve("types.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of(),
        List.of(
            bytes("f64", ElementType.F64, ByteBuffer.allocate(8), b -> b.putDouble(1.5)),
            bytes("f32", ElementType.F32, ByteBuffer.allocate(4), b -> b.putFloat(-2.25f)),
            // 1, the largest half, the smallest, and minus infinity.
            bytes(
                "f16",
                ElementType.F16,
                ByteBuffer.allocate(8),
                b ->
                    b.putShort((short) 0x3c00)
                        .putShort((short) 0x7bff)
                        .putShort((short) 0x0001)
                        .putShort((short) 0xfc00)),
            bytes(
                "bf16",
                ElementType.BF16,
                ByteBuffer.allocate(4),
                b -> b.putShort((short) 0x3f80).putShort((short) 0xc040)),
            bytes("i64", ElementType.I64, ByteBuffer.allocate(8), b -> b.putLong(-(1L << 40))),
            bytes("i32", ElementType.I32, ByteBuffer.allocate(4), b -> b.putInt(-70_000)),
            bytes("i16", ElementType.I16, ByteBuffer.allocate(2), b -> b.putShort((short) -300)),
            bytes("i8", ElementType.I8, ByteBuffer.allocate(1), b -> b.put((byte) -3)),
            bytes("u8", ElementType.U8, ByteBuffer.allocate(1), b -> b.put((byte) 200)),
            bytes("bool", ElementType.BOOL, ByteBuffer.allocate(2), b -> b.put((byte) 1))));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.floats("f64")).containsExactly(1.5f);
      assertThat(read.floats("f32")).containsExactly(-2.25f);
      assertThat(read.floats("f16")).containsExactly(1f, 65504f, 0x1p-24f, Float.NEGATIVE_INFINITY);
      assertThat(read.floats("bf16")).containsExactly(1f, -3f);
      assertThat(read.longs("i64")).containsExactly(-(1L << 40));
      assertThat(read.longs("i32")).containsExactly(-70_000);
      assertThat(read.longs("i16")).containsExactly(-300);
      assertThat(read.longs("i8")).containsExactly(-3);
      assertThat(read.longs("u8")).containsExactly(200);
      assertThat(read.longs("bool")).containsExactly(1, 0);
      assertThat(read.floats("u8")).containsExactly(200f);
      assertThatThrownBy(() -> read.longs("f32")).hasMessageContaining("holds F32");
    }
  }

  @Test
  void singleValuesAndEmptyTensors_haveTheirShapes() throws Exception {
    Path file = directory.resolve("shapes.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of("format", "pt"),
        List.of(
            TensorContent.floats("scalar", List.of(), 7f),
            TensorContent.floats("empty", List.of(0L, 4L)),
            TensorContent.longs("ids", List.of(2L), 5, 6)));

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.floats("scalar")).containsExactly(7f);
      assertThat(read.get("scalar").shape()).isEmpty();
      assertThat(read.floats("empty")).isEmpty();
      assertThat(read.get("empty").shape()).containsExactly(0L, 4L);
      assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThatThrownBy(() -> read.get("other")).hasMessageContaining("has no tensor \"other\"");
    }
  }

  @Test
  void bytes_areDirectLittleEndianAndOutliveTheFile() throws Exception {
    Path file = directory.resolve("mapped.safetensors");
    SafetensorsWriter.write(
        file, Map.of(), List.of(TensorContent.floats("w", List.of(2L), 1f, 2f)));
    ByteBuffer mapped;
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      mapped = read.bytes("w");
    }

    assertThat(mapped.isDirect()).isTrue();
    assertThat(mapped.isReadOnly()).isTrue();
    assertThat(mapped.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(mapped.getFloat(4)).isEqualTo(2f);
  }

  @Test
  void filesLargerThanABuffer_areReadAtAnyPlace() throws Exception {
    Path file = directory.resolve("large.safetensors");
    long large = 3L << 30;
    String json =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}";
    long dataStart = write(file, String.format(json, large, large, large, large + 4));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(dataStart + large + 4);
      sparse.seek(dataStart + large);
      sparse.write(new byte[] {0, 0, 0x40, 0x40});
    }

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.get("a").elements()).isEqualTo(large);
      assertThat(read.floats("b")).containsExactly(3f);
      assertThatThrownBy(() -> read.bytes("a")).hasMessageContaining("too large for one buffer");
      assertThatThrownBy(() -> read.floats("a")).hasMessageContaining("too large for an array");
    }
  }

  @Test
  void missingFilesAndDirectories_areNamed() {
    assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("none.safetensors")))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("none.safetensors")
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> SafetensorsFile.open(directory))
        .hasMessageContaining("is a directory");
  }

  @Test
  void impossibleLengths_areRefused() throws Exception {
    Path file = directory.resolve("broken.safetensors");
    Files.write(file, new byte[5]);
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("only 5 bytes");
    for (long length : new long[] {0, 1, -1, Long.MIN_VALUE, 100_000_001, 1L << 40}) {
      Files.write(
          file, ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(InvalidWeightsException.class)
          .hasMessageContaining("announces a header of");
    }
    Files.write(file, ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(25).array());
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .hasMessageContaining("announces a header of 25 bytes but ends after 32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} x | not the JSON",
        "[1] | not the JSON",
        "{'a':1} | not the JSON",
        "{'a':{'dtype':'F32','shape':[2]}} | lacks one of",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | lacks one of",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}} | unknown field \"x\"",
        "{'a':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}} | is of type \"C64\". Known",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | needs 12 bytes, but 8 are given",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | whole numbers",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}} | whole numbers",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | whole numbers",
        "{'a':{'dtype':'F32','shape':[99999999999,99999999999],'data_offsets':[0,8]}} | impossible",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | there are only 8",
        "{'a':{'dtype':'F32','shape':[0],'data_offsets':[8,0]}} | there are only 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | belong to no tensor",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | belong to no tensor",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | stands twice",
        "{'__metadata__':{'a':1}} | not a string",
        "{'__metadata__':{},'__metadata__':{}} | twice",
      })
  void headersThatLie_areRefusedWithWhatIsWrong(String header, String message) throws Exception {
    Path file = directory.resolve("lie.safetensors");
    write(file, header.replace('\'', '"'), 8);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("lie.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void mutatedFiles_areReadWithinTheirBoundsOrRefused() throws Exception {
    Path whole = directory.resolve("whole.safetensors");
    SafetensorsWriter.write(
        whole,
        Map.of("format", "pt", "domains_in", "['rgb@224']"),
        List.of(
            TensorContent.floats("encoder.0.norm1.weight", List.of(3L), 1f, 2f, 3f),
            TensorContent.longs("ids", List.of(1L, 2L), 5, 6),
            bytes("half", ElementType.F16, ByteBuffer.allocate(2), b -> {})));
    byte[] original = Files.readAllBytes(whole);
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(11);
    Path mutant = directory.resolve("mutant.safetensors");
    int refused = 0;
    int accepted = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = original.clone();
      int changes = 1 + random.nextInt(3);
      for (int change = 0; change < changes; change++) {
        // Mostly in the header, where every byte means something; digits are the interesting ones.
        int at = random.nextInt(random.nextInt(4) == 0 ? bytes.length : headerLength(original));
        bytes[at] =
            random.nextBoolean() ? (byte) ('0' + random.nextInt(10)) : (byte) random.nextInt(256);
      }
      int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length;
      Files.write(mutant, Arrays.copyOf(bytes, length));
      try (SafetensorsFile read = SafetensorsFile.open(mutant)) {
        for (TensorEntry entry : read.tensors()) {
          assertThat(read.floats(entry.name()).length).isEqualTo((int) entry.elements());
        }
        accepted++;
      } catch (InvalidWeightsException e) {
        refused++;
      }
    }

    assertThat(refused).isGreaterThan(1000);
    assertThat(accepted).isGreaterThan(100);
  }

  private static int headerLength(byte[] file) {
    return 8 + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  private static long write(Path file, String json) throws IOException {
    return write(file, json, 0);
  }

  private static long write(Path file, String json, int dataBytes) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(header.length).put(header).array());
    return 8 + header.length;
  }

  private static TensorContent bytes(
      String name, ElementType type, ByteBuffer buffer, Consumer<ByteBuffer> values) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    values.accept(buffer);
    return TensorContent.bytes(
        name, type, List.of((long) buffer.capacity() / type.bytes()), buffer.clear());
  }
}
