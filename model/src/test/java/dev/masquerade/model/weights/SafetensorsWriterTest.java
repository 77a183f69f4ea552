package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  @TempDir Path directory;

  @Test
  void equalContents_giveEqualFilesWhateverTheirOrder() throws Exception {
    TensorContent wide = TensorContent.longs("z", List.of(1L), 1);
    TensorContent narrow = TensorContent.floats("a", List.of(1L), 2f);

    SafetensorsWriter.Written one =
        SafetensorsWriter.write(file("one"), Map.of("k", "v"), List.of(wide, narrow));
    SafetensorsWriter.Written other =
        SafetensorsWriter.write(file("other"), Map.of("k", "v"), List.of(narrow, wide));

    assertThat(one).isEqualTo(other);
    assertThat(Files.readAllBytes(file("one"))).isEqualTo(Files.readAllBytes(file("other")));
  }

  @Test
  void sizeAndDigest_areThoseOfTheFile() throws Exception {
    SafetensorsWriter.Written written =
        SafetensorsWriter.write(
            file("digest"), Map.of(), List.of(TensorContent.floats("a", List.of(2L), 1f, 2f)));

    byte[] bytes = Files.readAllBytes(file("digest"));
    assertThat(written.bytes()).isEqualTo(bytes.length);
    assertThat(written.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void wideTypesComeFirst_soThatEveryTensorIsAligned() throws Exception {
    SafetensorsWriter.write(
        file("aligned"),
        Map.of(),
        List.of(
            TensorContent.bytes("a", ElementType.U8, List.of(3L), ByteBuffer.allocate(3)),
            TensorContent.floats("b", List.of(1L), 1f),
            TensorContent.bfloat16("c", List.of(1L), FloatBuffer.wrap(new float[] {1f})),
            TensorContent.longs("d", List.of(1L), 1)));

    try (SafetensorsFile read = SafetensorsFile.open(file("aligned"))) {
      for (TensorEntry entry : read.tensors()) {
        assertThat(read.begin(entry.name()) % entry.type().bytes()).as(entry.name()).isZero();
      }
      assertThat(read.tensors()).extracting(TensorEntry::name).containsExactly("d", "b", "c", "a");
    }
  }

  @Test
  void largeTensors_passThroughInPieces() throws Exception {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    SafetensorsWriter.write(
        file("large"), Map.of(), List.of(TensorContent.floats("a", List.of(700_001L), values)));

    try (SafetensorsFile read = SafetensorsFile.open(file("large"))) {
      assertThat(read.floats("a")).isEqualTo(values);
    }
  }

  @Test
  void bfloat16_isRoundedToTheNearest() throws Exception {
    float[] values = {1f, 1.00390625f, 1.01171875f, -3.14159f, Float.NaN, Float.POSITIVE_INFINITY};
    SafetensorsWriter.write(
        file("bf16"),
        Map.of(),
        List.of(TensorContent.bfloat16("a", List.of(6L), FloatBuffer.wrap(values))));

    try (SafetensorsFile read = SafetensorsFile.open(file("bf16"))) {
      // Halfway cases go to the even neighbour.
      assertThat(read.floats("a"))
          .containsExactly(1f, 1f, 1.015625f, -3.140625f, Float.NaN, Float.POSITIVE_INFINITY);
    }
  }

  @Test
  void fullDisk_leavesThePreviousFileAndNothingElse() throws Exception {
    Path target = file("model");
    SafetensorsWriter.write(target, Map.of(), List.of(TensorContent.floats("a", List.of(1L), 1f)));
    byte[] before = Files.readAllBytes(target);

    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    target,
                    Map.of(),
                    List.of(TensorContent.floats("a", List.of(5000L), new float[5000])),
                    path -> new FullDisk(Files.newByteChannel(path, CREATE), 6000)))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");

    assertThat(Files.readAllBytes(target)).isEqualTo(before);
    assertOnly(target);
  }

  @Test
  void contentOfTheWrongLength_isRefusedAndLeavesNothing() throws Exception {
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file("short"),
                    Map.of(),
                    List.of(TensorContent.floats("a", List.of(3L), 1f, 2f))))
        .hasMessageContaining("should be 12 bytes, but wrote 8");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file("twice"),
                    Map.of(),
                    List.of(
                        TensorContent.floats("a", List.of(1L), 1f),
                        TensorContent.floats("a", List.of(1L), 1f))))
        .hasMessageContaining("cannot be the name of a tensor, or of two");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void missingDirectory_isAnIoFailure() {
    assertThatThrownBy(
            () -> SafetensorsWriter.write(directory.resolve("no/where"), Map.of(), List.of()))
        .isInstanceOf(IOException.class);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void assertOnly(Path file) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** Writes until a number of bytes is reached, then fails as a full disk does. */
  private static final class FullDisk implements WritableByteChannel {
    private final WritableByteChannel file;
    private long left;

    FullDisk(WritableByteChannel file, long left) {
      this.file = file;
      this.left = left;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (left == 0) {
        throw new IOException("No space left on device");
      }
      int count = (int) Math.min(left, source.remaining());
      int written = file.write(source.slice(source.position(), count));
      source.position(source.position() + written);
      left -= written;
      return written;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
