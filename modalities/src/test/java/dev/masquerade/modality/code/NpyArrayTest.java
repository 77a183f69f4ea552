package dev.masquerade.modality.code;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyArrayTest {

  /** Writes a file as numpy would, with any header. */
  static byte[] file(int version, String header, byte[] elements) {
    int start = version == 1 ? 10 : 12;
    ByteBuffer file =
        ByteBuffer.allocate(start + header.length() + elements.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(US_ASCII)).put((byte) version).put((byte) 0);
    if (version == 1) {
      file.putShort((short) header.length());
    } else {
      file.putInt(header.length());
    }
    return file.put(header.getBytes(US_ASCII)).put(elements).array();
  }

  private static String header(String type, String shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  @ParameterizedTest
  @CsvSource({
    "|i1, -2",
    "<i2, -2",
    ">i2, -2",
    "<i4, -2",
    ">i4, -2",
    "<i8, -2",
    ">i8, -2",
    "|u1, 200",
    "<u2, 60000",
    ">u2, 60000",
    "<u4, 4000000000",
    "<u8, 4000000000",
    "|b1, 1"
  })
  void wholeElements_areReadInTheirTypeAndOrder(String type, long value) throws BadSampleException {
    int bytes = type.charAt(2) - '0';
    ByteBuffer element = ByteBuffer.allocate(8).putLong(value);
    byte[] stored = Arrays.copyOfRange(element.array(), 8 - bytes, 8);
    if (type.charAt(0) != '>') {
      for (int i = 0; i < bytes / 2; i++) {
        byte swap = stored[i];
        stored[i] = stored[bytes - 1 - i];
        stored[bytes - 1 - i] = swap;
      }
    }
    NpyArray array = NpyArray.read(file(1, header(type, "(1,)"), stored));
    assertThat(array.whole(0)).isEqualTo(value);
    assertThat(array.real(0)).isEqualTo((double) value);
  }

  @Test
  void realElements_areReadInEveryPrecision() throws BadSampleException {
    byte[] half = {0x00, 0x3c, 0x00, (byte) 0xc1, 0x01, 0x00, 0x00, 0x7c};
    NpyArray halves = NpyArray.read(file(1, header("<f2", "(4,)"), half));
    assertThat(halves.real(0)).isEqualTo(1);
    assertThat(halves.real(1)).isEqualTo(-2.5);
    assertThat(halves.real(2)).isEqualTo(0x1p-24);
    assertThat(halves.real(3)).isInfinite();
    ByteBuffer wide = ByteBuffer.allocate(8).putDouble(Math.PI);
    assertThat(NpyArray.read(file(1, header(">f8", "(1,)"), wide.array())).real(0))
        .isEqualTo(Math.PI);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyVersion_isRead(int version) throws BadSampleException {
    NpyArray array = NpyArray.read(file(version, header("|u1", "(2, 3)"), new byte[6]));
    assertThat(array.rank()).isEqualTo(2);
    assertThat(array.dimension(1)).isEqualTo(3);
    assertThat(array.shape()).isEqualTo("(2, 3)");
  }

  @Test
  void writtenArrays_areReadBack() throws BadSampleException {
    NpyArray ids = NpyArray.read(NpyArray.write(new int[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(ids.type()).isEqualTo(NpyType.INT16);
    assertThat(ids.ids(3, 3, 10)).containsExactly(4, 5, 6);
    assertThat(NpyArray.read(NpyArray.write(new int[] {70_000}, 1)).whole(0)).isEqualTo(70_000);
    assertThat(NpyArray.read(NpyArray.write(new float[] {1.5f}, 1)).real(0)).isEqualTo(1.5);
    assertThat(NpyArray.read(NpyArray.write(new boolean[] {true}, 1)).whole(0)).isEqualTo(1);
    byte[] bytes = NpyArray.write(new int[] {1}, 1);
    assertThat((bytes.length - 2) % 64).as("elements start at a multiple of 64").isZero();
  }

  @Test
  void idOutsideTheVocabulary_isNamed() throws BadSampleException {
    NpyArray array = NpyArray.read(NpyArray.write(new int[] {3, 512}, 2));
    assertThatThrownBy(() -> array.ids(0, 2, 512))
        .isInstanceOf(BadSampleException.class)
        .hasMessage("id 512 at place 1 is outside the vocabulary of 512");
    NpyArray negative = NpyArray.read(NpyArray.write(new int[] {-1}, 1));
    assertThatThrownBy(() -> negative.ids(0, 1, 512)).isInstanceOf(BadSampleException.class);
  }

  @Test
  void sizeBeyondTheFile_isRefusedBeforeMemoryIsTaken() {
    byte[] file = file(1, header("<f8", "(60000, 30000)"), new byte[16]);
    assertThatThrownBy(() -> NpyArray.read(file))
        .isInstanceOf(BadSampleException.class)
        .hasMessage("npy file ends after 16 of 14400000000 bytes of elements");
    byte[] huge = file(1, header("|u1", "(4000000000, 4000000000)"), new byte[16]);
    assertThatThrownBy(() -> NpyArray.read(huge)).isInstanceOf(BadSampleException.class);
  }

  @Test
  void fortranOrder_isRefusedWithARemedy() {
    byte[] file =
        file(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }", new byte[8]);
    assertThatThrownBy(() -> NpyArray.read(file))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("ascontiguousarray");
  }

  @Test
  void objects_areRefused() {
    assertThatThrownBy(() -> NpyArray.read(file(1, header("|O", "(1,)"), new byte[8])))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("element type");
  }

  @Test
  void archive_holdsArraysByName() throws BadSampleException {
    byte[] bytes =
        new NpzArchive(
                Map.of(
                    "emb.npy", NpyArray.write(new float[] {1, 2}, 1, 2),
                    "mask_valid.npy", NpyArray.write(new boolean[] {true}, 1)))
            .write();
    NpzArchive archive = NpzArchive.read(bytes);
    assertThat(archive.array("emb").real(1)).isEqualTo(2);
    assertThatThrownBy(() -> archive.array("embedding"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("lacks \"embedding\"")
        .hasMessageContaining("emb.npy");
  }

  @Test
  void archiveCutShort_isABadSample() {
    byte[] bytes = new NpzArchive(Map.of("a.npy", NpyArray.write(new int[500], 500))).write();
    for (int length = 0; length < bytes.length / 2; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> NpzArchive.read(cut)).isInstanceOf(BadSampleException.class);
    }
  }
}
