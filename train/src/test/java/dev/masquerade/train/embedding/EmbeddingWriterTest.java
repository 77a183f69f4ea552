package dev.masquerade.train.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingWriterTest {

  private static final String ORIGIN = "model a, mean";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"e.npy", "e.csv", "e.safetensors"})
  void rows_readBackInPlaceWithNamesLabelsAndProblems(String name) throws IOException {
    Path file = directory.resolve("new").resolve(name);
    EmbeddingKey broken = new EmbeddingKey("b,2.jpg", "cat", "JPEG ends early");
    try (EmbeddingWriter writer = EmbeddingWriter.begin(file, ORIGIN, 3)) {
      writer.add(new EmbeddingKey("a \"1\".jpg", "dog"), new float[] {9, 1.5f, -2, 1e-7f}, 1);
      writer.addBroken(broken);
      writer.add(new EmbeddingKey("c\n3.jpg", ""), new float[] {3, 4, 5e20f}, 0);
      writer.finish();
    }

    try (EmbeddingTable table = EmbeddingTable.open(file)) {
      assertThat(List.of(table.rows(), table.width())).containsExactly(3, 3);
      assertThat(row(table, 0)).containsExactly(1.5f, -2, 1e-7f);
      assertThat(row(table, 1)).containsExactly(Float.NaN, Float.NaN, Float.NaN);
      assertThat(row(table, 2)).containsExactly(3, 4, 5e20f);
      assertThat(table.key(0)).isEqualTo(new EmbeddingKey("a \"1\".jpg", "dog"));
      assertThat(table.key(1).broken()).isTrue();
      if (!name.endsWith(".csv")) {
        assertThat(table.key(1)).isEqualTo(broken);
      }
      assertThat(table.key(2)).isEqualTo(new EmbeddingKey("c\n3.jpg", ""));
      assertThat(table.find("b,2.jpg")).hasValue(1);
      assertThat(table.find("d.jpg")).isEmpty();
    }
    assertThat(leftovers(file)).isEmpty();
  }

  @Test
  void numbersThatAreNotFinite_markTheirRow() throws IOException {
    Path file = directory.resolve("e.npy");
    try (EmbeddingWriter writer = EmbeddingWriter.begin(file, ORIGIN, 2)) {
      EmbeddingKey written = writer.add(new EmbeddingKey("a", "x"), new float[] {1, 1f / 0}, 0);
      writer.finish();
      assertThat(written.problem()).isEqualTo("the model gave a number that is not finite");
    }

    try (EmbeddingTable table = EmbeddingTable.open(file)) {
      assertThat(row(table, 0)).containsExactly(Float.NaN, Float.NaN);
      assertThat(table.key(0).broken()).isTrue();
    }
  }

  @Test
  void killedWork_goesOnAfterTheLastWholeRow() throws IOException {
    Path file = directory.resolve("e.npy");
    Path whole = directory.resolve("whole.npy");
    fill(whole, 0, 5, false);
    EmbeddingWriter killed = EmbeddingWriter.begin(file, ORIGIN, 2);
    for (int i = 0; i < 3; i++) {
      killed.add(key(i), numbers(i), 0);
    }
    killed.close();
    tear(EmbeddingJournal.linesOf(file), 4);
    append(EmbeddingJournal.numbersOf(file), "12345");
    assertThat(file).doesNotExist();

    assertThatThrownBy(() -> EmbeddingWriter.begin(file, ORIGIN, 2))
        .hasMessageContaining("e.npy: unfinished rows are there. Add --resume");
    try (EmbeddingWriter writer = EmbeddingWriter.resume(file, ORIGIN, 2)) {
      assertThat(writer.kept()).containsExactly(key(0), key(1));
      for (int i = 2; i < 5; i++) {
        writer.add(key(i), numbers(i), 0);
      }
      writer.finish();
    }

    assertThat(file).hasSameBinaryContentAs(whole);
    assertThat(KeysFile.of(file)).hasSameBinaryContentAs(KeysFile.of(whole));
  }

  @Test
  void tensorOverTwoGibibytes_isReadInPieces() throws IOException {
    Path file = directory.resolve("large.safetensors");
    byte[] header =
        ("{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[300,2000000],"
                + "\"data_offsets\":[0,2400000000]}}")
            .getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(start.putLong(header.length).put(header).flip(), 0);
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).flip();
      channel.write(last, 8 + header.length + 2_400_000_000L - 4); // All before it is a hole.
    }

    try (EmbeddingTable table = EmbeddingTable.open(file)) {
      float[] row = row(table, 299);
      assertThat(List.of(row[0], row[1_999_999])).containsExactly(0f, 1.5f);
    }
  }

  @Test
  void lineCutInsideACharacter_isDropped() throws IOException {
    Path file = directory.resolve("e.npy");
    EmbeddingWriter killed = EmbeddingWriter.begin(file, ORIGIN, 2);
    killed.add(key(0), numbers(0), 0);
    long whole = Files.size(EmbeddingJournal.linesOf(file));
    killed.add(new EmbeddingKey("\u00e4.jpg", "x"), numbers(1), 0);
    killed.close();
    int before = "{\"name\":\"".length();
    try (FileChannel lines =
        FileChannel.open(EmbeddingJournal.linesOf(file), StandardOpenOption.WRITE)) {
      lines.truncate(whole + before + 1);
    }

    try (EmbeddingWriter writer = EmbeddingWriter.resume(file, ORIGIN, 2)) {
      assertThat(writer.kept()).containsExactly(key(0));
      assertThat(EmbeddingJournal.linesOf(file)).hasSize(whole);
    }
  }

  @Test
  void rowsOfAnotherModel_areNotGoneOnWith() throws IOException {
    Path file = directory.resolve("e.csv");
    EmbeddingWriter.begin(file, ORIGIN, 2).close();

    assertThatThrownBy(() -> EmbeddingWriter.resume(file, "model b, cls", 2))
        .hasMessageContaining(
            "the 0 rows that are there were made by model a, mean, which is not model b, cls");
    assertThatThrownBy(() -> EmbeddingWriter.resume(file, ORIGIN, 3))
        .isInstanceOf(InvalidEmbeddingsException.class);
  }

  @Test
  void anExistingFile_isReplacedOnlyAtTheEnd() throws IOException {
    Path file = directory.resolve("e.npy");
    fill(file, 0, 2, false);
    byte[] before = Files.readAllBytes(file);
    EmbeddingWriter writer = EmbeddingWriter.begin(file, ORIGIN, 2);
    writer.add(key(7), numbers(7), 0);

    assertThat(file).hasBinaryContent(before);
    writer.finish();
    writer.close();
    try (EmbeddingTable table = EmbeddingTable.open(file)) {
      assertThat(table.rows()).isEqualTo(1);
    }
  }

  @Test
  void arrayOfOthers_isReadWithNumbersForNames() throws IOException {
    Path file = directory.resolve("numpy.npy");
    Files.write(
        file, dev.masquerade.modality.code.NpyArray.write(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));

    try (EmbeddingTable table = EmbeddingTable.open(file)) {
      assertThat(table.key(2)).isEqualTo(new EmbeddingKey("2", ""));
      assertThat(row(table, 2)).containsExactly(5, 6);
    }
  }

  @Test
  void wrongFiles_areRefusedByName() throws IOException {
    assertRefused("e.txt", "", "e.txt: its name should end in .npy, .csv or .safetensors");
    assertRefused("a.npy", "hello, this is text", "a.npy: not an npy file");
    assertRefused("b.csv", "name,x\n", "b.csv: should begin with the line filenames,embedding_0");
    assertRefused(
        "c.csv",
        "filenames,embedding_0,labels\na,1,0\nb,1\n",
        "c.csv: line 3: has 2 fields, but the header names 3");
    assertRefused(
        "d.csv",
        "filenames,embedding_0,labels\na,one,0\n",
        "d.csv: line 2, embedding_0: \"one\" is not a number");
    Path flat = directory.resolve("flat.npy");
    Files.write(flat, dev.masquerade.modality.code.NpyArray.write(new float[] {1, 2}, 2));
    assertThatThrownBy(() -> EmbeddingTable.open(flat))
        .hasMessageContaining("embeddings are real numbers of shape (rows, width)");
    Path file = directory.resolve("short.npy");
    fill(file, 0, 3, false);
    Files.writeString(KeysFile.of(file), "filenames,labels,status\r\na,,\r\n");
    assertThatThrownBy(() -> EmbeddingTable.open(file))
        .hasMessageContaining("short.keys.csv: names 1 rows, but short.npy has 3");
  }

  private void assertRefused(String name, String content, String message) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, content);
    assertThatThrownBy(() -> EmbeddingTable.open(file)).hasMessageContaining(message);
  }

  private static void fill(Path file, int from, int to, boolean resume) throws IOException {
    try (EmbeddingWriter writer =
        resume ? EmbeddingWriter.resume(file, ORIGIN, 2) : EmbeddingWriter.begin(file, ORIGIN, 2)) {
      for (int i = from; i < to; i++) {
        writer.add(key(i), numbers(i), 0);
      }
      writer.finish();
    }
  }

  private static EmbeddingKey key(int i) {
    return new EmbeddingKey("图像" + i + ".jpg", "class " + i % 2);
  }

  private static float[] numbers(int i) {
    return new float[] {i, -i / 3f};
  }

  private static float[] row(EmbeddingTable table, int row) {
    float[] values = new float[table.width()];
    table.copy(row, values, 0);
    return values;
  }

  private static void tear(Path file, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - bytes);
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  private static List<Path> leftovers(Path file) throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files
          .filter(other -> !other.equals(file) && !other.equals(KeysFile.of(file)))
          .toList();
    }
  }
}
