package dev.masquerade.model.weights.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickledFileTest {

  @TempDir Path directory;

  private Path write(byte[] pickle) throws IOException {
    return PickleWriter.file(directory.resolve("w.pth"), pickle, floats(0, 1, 2, 3, 4, 5));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private void assertRefused(byte[] pickle, String... messages) throws IOException {
    Path file = write(pickle);
    assertThatThrownBy(() -> TensorSource.open(file))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("w.pth: ")
        .hasMessageContainingAll(messages);
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "builtins, getattr",
    "__builtin__, exec",
    "subprocess, Popen",
    "operator, attrgetter",
    "datetime, datetime",
    "array, array",
    "decimal, Decimal",
    "torch.hub, load",
    "torch.storage, _load_from_bytes",
    "models_mae, MaskedAutoencoderViT",
    "copy_reg, _reconstructor",
  })
  void namesThatWeightsDoNotNeed_areRefusedByName(String module, String name) throws Exception {
    String full = module + "." + name;
    byte[] called =
        PickleWriter.protocol2().global(module, name).ops("(").text("x").ops("tR").end();
    byte[] mentioned = PickleWriter.protocol2().global(module, name).end();
    byte[] onStack = PickleWriter.protocol2().text(module).text(name).raw(0x93).ops(")R").end();
    byte[] instance = PickleWriter.protocol2().ops("(i" + module + "\n" + name + "\n").end();
    byte[] object = PickleWriter.protocol2().ops("(").global(module, name).ops("o").end();
    byte[] created = PickleWriter.protocol2().global(module, name).ops(")").raw(0x81).end();
    for (byte[] pickle : List.of(called, mentioned, onStack, instance, object, created)) {
      assertRefused(pickle, "\"" + full + "\"", "Nothing of it was run", "state_dict()");
    }
  }

  @Test
  void callsOfWhatIsNoName_areRefused() throws Exception {
    assertRefused(PickleWriter.protocol2().text("os.system").ops(")R").end(), "not a name");
    assertRefused(PickleWriter.protocol2().ops("(").text("x").ops("o").end(), "not a name");
    assertRefused(PickleWriter.protocol2().raw(0x82, 1).end(), "registered number");
    assertRefused(
        PickleWriter.protocol2().global("torch", "float32").ops(")R").end(), "not a name");
    assertRefused(
        PickleWriter.protocol2().global("builtins", "int").ops(")R").end(), "only a name here");
  }

  @Test
  void attributesOfAnythingButObjectsWithNames_areRefused() throws Exception {
    assertRefused(PickleWriter.protocol2().ops("]}b").end(), "attributes");
    assertRefused(
        PickleWriter.protocol2().global("argparse", "Namespace").ops(")").raw(0x81).ops("]b").end(),
        "state of an object");
    assertRefused(
        PickleWriter.protocol2()
            .tensor("FloatStorage", "0", 6, 0, new long[] {6}, new long[] {1})
            .ops("}b")
            .end(),
        "attributes");
  }

  @Test
  void referencesOutsideThePickle_areStoragesOrRefused() throws Exception {
    assertRefused(PickleWriter.protocol2().text("/etc/passwd").ops("Q").end(), "not a storage");
    assertRefused(PickleWriter.protocol2().ops("P/etc/passwd\n").end(), "operation 0x50");
    assertRefused(
        PickleWriter.protocol2().ops("(").text("module").ops("]").text("a.py").ops("NNtQ").end(),
        "not a storage");
    assertRefused(
        PickleWriter.protocol2().storage("ComplexFloatStorage", "0", 3).end(),
        "\"torch.ComplexFloatStorage\"",
        "Known");
    assertRefused(
        PickleWriter.protocol2().storage("FloatStorage", "1", 6).end(),
        "lacks its entry \"archive/data/1\"");
    assertRefused(
        PickleWriter.protocol2().storage("FloatStorage", "0", 7).end(), "28 bytes", "has 24");
    assertRefused(
        PickleWriter.protocol2().storage("FloatStorage", "0", -1).end(), "impossible length");
    assertRefused(
        PickleWriter.protocol2().storage("FloatStorage", "0", Long.MAX_VALUE).end(),
        "impossible length");
    assertRefused(
        PickleWriter.protocol2()
            .ops("(")
            .storage("FloatStorage", "0", 6)
            .storage("LongStorage", "0", 3)
            .ops("t")
            .end(),
        "in two ways");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // offset | shape | strides
        "0 | 7 | 1",
        "1 | 6 | 1",
        "-1 | 2 | 1",
        "0 | 2,3 | 4,1",
        "0 | 2 | -1",
        "0 | -1 | 1",
        "6 | 1 | 1",
        "9223372036854775807 | 2 | 1",
        "0 | 4611686018427387904,4 | 1,1",
        "0 | 2 | 9223372036854775807",
        "0 | 2,2 | 1",
      })
  void viewsThatLeaveTheirStorage_areRefused(long offset, String shape, String strides)
      throws Exception {
    assertRefused(
        PickleWriter.protocol2()
            .tensor("FloatStorage", "0", 6, offset, longs(shape), longs(strides))
            .end(),
        "has a tensor of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 2,3 | 3,1 | 0,1,2,3,4,5",
        "0 | 3,2 | 1,3 | 0,3,1,4,2,5",
        "1 | 2,2 | 2,1 | 1,2,3,4",
        "5 | 2,3 | 0,0 | 5,5,5,5,5,5",
        "2 | 2 | 2 | 2,4",
        "3 | 1,1 | 77,99 | 3",
      })
  void viewsWithinTheirStorage_areReadInOrder(
      long offset, String shape, String strides, String values) throws Exception {
    Path file =
        write(
            PickleWriter.protocol2()
                .tensor("FloatStorage", "0", 6, offset, longs(shape), longs(strides))
                .end());

    try (PickledFile read = PickledFile.open(file)) {
      long[] expected = longs(values);
      float[] found = read.floats("tensor");
      ByteBuffer bytes = read.bytes("tensor");
      assertThat(found).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isEqualTo((float) expected[i]);
        assertThat(bytes.getFloat(4 * i)).isEqualTo((float) expected[i]);
      }
      assertThat(bytes.isDirect()).isTrue();
      assertThat(bytes.isReadOnly()).isTrue();
    }
  }

  private static long[] longs(String text) {
    return Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
  }

  @Test
  void claimsFarBeyondTheFile_areRefusedBeforeAnythingIsTaken() throws Exception {
    assertRefused(
        PickleWriter.protocol2()
            .tensor("FloatStorage", "0", 6, 0, new long[] {1L << 40}, new long[] {0})
            .end(),
        "repeat");
    PickleWriter many = PickleWriter.protocol2().ops("(");
    for (int i = 0; i < 20; i++) {
      many.tensor("FloatStorage", "0", 6, 0, new long[] {1 << 20}, new long[] {0});
    }
    assertRefused(many.ops("t").end(), "repeat");
  }

  @Test
  void announcedLengths_areCheckedAgainstWhatIsLeft() throws Exception {
    assertRefused(
        PickleWriter.protocol2().raw('X', 0xff, 0xff, 0xff, 0xff).end(), "announces 4294967295");
    assertRefused(PickleWriter.protocol2().raw('B', 0, 0, 0, 0x40).end(), "announces 1073741824");
    assertRefused(PickleWriter.protocol2().raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x70).end(), "announces");
    assertRefused(
        PickleWriter.protocol2().raw(0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).end(),
        "announces -1");
    assertRefused(PickleWriter.protocol2().raw(0x8b, 0, 0, 0x10, 0).end(), "a number of 1048576");
    assertRefused(PickleWriter.protocol2().raw('(').end(), "a mark stands");
    assertRefused(PickleWriter.protocol2().raw('X').end(), "bytes");
    assertRefused(PickleWriter.protocol2().ops("0").end(), "damaged pickle");
    assertRefused(PickleWriter.protocol2().ops("h!").end(), "damaged pickle");
    assertRefused(new byte[] {(byte) 0x80, 2}, "in the middle of its pickle");
    assertRefused(new byte[] {(byte) 0x80, 9, '.'}, "damaged pickle");
  }

  @Test
  void nestingWithoutEnd_isRefused() throws Exception {
    assertRefused(PickleWriter.protocol2().ops("]".repeat(70) + "a".repeat(69)).end(), "64 levels");
    // A list that contains itself.
    assertRefused(PickleWriter.protocol2().ops("]q").raw(0).ops("h").raw(0).ops("a").end(), "64");
    // Ten references to ten references, eight times over.
    PickleWriter laughs = PickleWriter.protocol2().ops("]");
    for (int level = 0; level < 8; level++) {
      laughs.ops("q").raw(level).ops("0(");
      for (int i = 0; i < 10; i++) {
        laughs.ops("h").raw(level);
      }
      laughs.ops("t");
    }
    assertRefused(laughs.end(), "more than 500000 values");
  }

  @Test
  void copiesOfSomethingLong_countAsWork() throws Exception {
    PickleWriter copies = PickleWriter.protocol2().ops("(" + "N".repeat(100_000) + "tq").raw(0);
    for (int i = 0; i < 100; i++) {
      copies.global("torch", "Size").ops("h").raw(0).raw(0x85).ops("R0");
    }
    assertRefused(copies.end(), "more than 2000000 operations");
  }

  @Test
  void keysThatHashThemselves_areRefused() throws Exception {
    assertRefused(
        PickleWriter.protocol2().ops("}]q").raw(0).ops("h").raw(0).ops("aNs").end(),
        "keys are neither text nor numbers");
    assertRefused(
        PickleWriter.protocol2().ops("}").text("x".repeat(5000)).ops("Ns").end(), "5000 letters");
    assertRefused(PickleWriter.protocol2().ops("}(Nu").end(), "lacks its value");
  }

  @Test
  void differentPlacesOfOneName_areRefused() throws Exception {
    PickleWriter clash = PickleWriter.protocol2().ops("}").text("a.b");
    clash.tensor("FloatStorage", "0", 6, 0, new long[] {1}, new long[] {1}).ops("s").text("a");
    clash.ops("}").text("b");
    clash.tensor("FloatStorage", "0", 6, 0, new long[] {1}, new long[] {1}).ops("ss");
    assertRefused(clash.end(), "both written \"a.b\"");
  }

  @Test
  void valuesBesideTensors_keepTheirPlacesAndKinds() throws Exception {
    byte[] pickle =
        PickleWriter.protocol2()
            .ops("}(")
            .text("epoch")
            .raw('K', 7)
            .text("args")
            .global("argparse", "Namespace")
            .ops(")")
            .raw(0x81)
            .ops("}")
            .text("model")
            .text("mae_vit")
            .ops("sb")
            .text("seen")
            .global("collections", "defaultdict")
            .global("builtins", "list")
            .raw(0x85)
            .ops("R")
            .text("path")
            .global("pathlib", "PosixPath")
            .ops("(")
            .text("/")
            .text("data")
            .text("x")
            .ops("tR")
            .text("device")
            .global("torch", "device")
            .text("cuda")
            .raw('K', 1)
            .raw(0x86)
            .ops("R")
            .text("size")
            .global("torch", "Size")
            .ops("(K")
            .raw(3)
            .ops("t")
            .raw(0x85)
            .ops("R")
            .text("dtype")
            .global("torch", "bfloat16")
            .text("rates")
            .ops("](N")
            .raw(0x88)
            .ops("eu")
            .end();

    try (PickledFile read = PickledFile.open(write(pickle))) {
      assertThat(read.tree().json())
          .hasToString(
              "{\"epoch\":7,\"args\":{\"model\":\"mae_vit\"},\"seen\":{},\"path\":\"/data/x\","
                  + "\"device\":\"cuda:1\",\"size\":[3],\"dtype\":\"torch.bfloat16\","
                  + "\"rates\":[null,true]}");
      assertThat(read.metadata()).containsEntry("args.model", "\"mae_vit\"");
      assertThat(read.tensors()).isEmpty();
    }
  }

  @Test
  void zipFilesOfOtherKinds_areRefusedWithWhatTheyAre() throws Exception {
    byte[] good = PickleWriter.protocol2().ops("}").end();
    Path file = directory.resolve("z.pth");
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", good);
    entries.put("byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    PickleWriter.zip(file, "any/folder", entries);
    assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("byte order \"big\"");
    entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    entries.put(".format_version", new byte[] {'1'});
    entries.put(".data/serialization_id", new byte[40]);
    try (PickledFile read = PickledFile.open(PickleWriter.zip(file, "any/folder", entries))) {
      assertThat(read.tree().json()).hasToString("{}");
    }
    entries.put("constants.pkl", good);
    PickleWriter.zip(file, "m", entries);
    assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("TorchScript");
    PickleWriter.zip(file, "m", Map.of("word/document.xml", good));
    assertThatThrownBy(() -> PickledFile.open(file))
        .hasMessageContaining("0 entries named data.pkl");
  }

  @Test
  void compressedEntries_areRefusedUnread() throws Exception {
    Path file = directory.resolve("bomb.pth");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("m/data.pkl"));
      zip.write(new byte[64 << 20]);
    }
    assertThatThrownBy(() -> PickledFile.open(file))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("compressed entry \"m/data.pkl\"");
  }

  @Test
  void overlappingEntries_areRefused() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", PickleWriter.protocol2().storage("ByteStorage", "0", 64).end());
    entries.put("data/0", new byte[64]);
    entries.put("data/1", new byte[64]);
    Path file = PickleWriter.zip(directory.resolve("o.pth"), "m", entries);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    // The last directory entry claims twice its bytes.
    int at = bytes.capacity() - 22;
    while (bytes.getInt(at) != 0x02014b50) {
      at--;
    }
    bytes.putInt(at + 20, 128).putInt(at + 24, 128);
    Files.write(file, bytes.array());
    assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("overlaps another");
    bytes.putInt(at + 20, -2).putInt(at + 24, -2);
    Files.write(file, bytes.array());
    assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("4294967294 bytes");
    Files.write(file, Arrays.copyOf(bytes.array(), bytes.capacity() - 30));
    assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("copied completely");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void legacyFilesOfAnySize_areReadAtTheirPlaces(boolean complete) throws Exception {
    Path file = directory.resolve("large.pth");
    long large = 5L << 29;
    byte[] head = legacy(large);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(head);
      sparse.write(little(large));
      long second = head.length + 8 + large * 4;
      if (complete) {
        sparse.seek(second);
        sparse.write(little(2));
        sparse.write(floats(3, 4));
      } else {
        sparse.setLength(second - 4);
      }
    }
    if (!complete) {
      assertThatThrownBy(() -> PickledFile.open(file)).hasMessageContaining("copied completely");
      return;
    }
    try (PickledFile read = PickledFile.open(file)) {
      assertThat(read.get("0").elements()).isEqualTo(large);
      assertThat(read.floats("1")).containsExactly(3, 4);
      assertThat(read.bytes("1").getFloat(4)).isEqualTo(4);
      assertThatThrownBy(() -> read.bytes("0")).hasMessageContaining("too large for one buffer");
    }
  }

  private static byte[] legacy(long large) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        PickleWriter.protocol2()
            .raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .end());
    out.writeBytes(PickleWriter.protocol2().number(1001).end());
    out.writeBytes(
        PickleWriter.protocol2().ops("}").text("little_endian").raw(0x88).ops("s").end());
    out.writeBytes(
        PickleWriter.protocol2()
            .ops("(")
            .tensor("FloatStorage", "a", large, 0, new long[] {large}, new long[] {1})
            .tensor("FloatStorage", "b", 2, 0, new long[] {2}, new long[] {1})
            .ops("t")
            .end());
    out.writeBytes(PickleWriter.protocol2().ops("](").text("a").text("b").ops("e").end());
    return out.toByteArray();
  }

  private static byte[] little(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  @Test
  void otherPickles_areNotTakenForWeights() throws Exception {
    Path file = directory.resolve("plain.pkl");
    Files.write(file, PickleWriter.protocol2().ops("}").text("a").ops("Ns").end());
    assertThatThrownBy(() -> TensorSource.open(file))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("not one of torch.save");
  }

  @Test
  void aKeyThatHoldsTheModel_isFound() throws Exception {
    PickleWriter pickle = PickleWriter.protocol2().ops("}(").text("epoch").raw('K', 1);
    pickle.text("model").ops("}").text("w");
    pickle.tensor("FloatStorage", "0", 6, 0, new long[] {6}, new long[] {1}).ops("su");
    try (PickledFile read = PickledFile.open(write(pickle.end()))) {
      assertThat(read.wrapper()).isEqualTo("model.");
      assertThat(read.get("model.w").shape()).containsExactly(6L);
      assertThat(new HashMap<>(read.metadata())).containsExactly(Map.entry("epoch", "1"));
    }
  }
}
