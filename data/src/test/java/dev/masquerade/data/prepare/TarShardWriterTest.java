package dev.masquerade.data.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.shard.ShardDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarShardWriterTest {

  @TempDir Path folder;

  @Test
  void equalSamples_giveEqualBytes() throws IOException {
    Map<String, byte[]> oneOrder = new LinkedHashMap<>();
    oneOrder.put("txt", "a cube".getBytes(UTF_8));
    oneOrder.put("rgb.jpg", new byte[] {1, 2, 3});
    Map<String, byte[]> otherOrder = new LinkedHashMap<>();
    otherOrder.put("rgb.jpg", new byte[] {1, 2, 3});
    otherOrder.put("txt", "a cube".getBytes(UTF_8));

    WrittenShard first = write(folder.resolve("a.tar"), oneOrder);
    WrittenShard second = write(folder.resolve("b.tar"), otherOrder);

    assertThat(second.sha256()).isEqualTo(first.sha256()).isEqualTo(ShardDigest.of(first.file()));
    assertThat(first.byteCount()).isEqualTo(Files.size(first.file()));
    assertThat(first.sampleCount()).isEqualTo(1);
  }

  @Test
  void members_areReadByOtherPrograms() throws IOException {
    String longKey = "folder/" + "k".repeat(300);
    Path file = folder.resolve("long.tar");
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      writer.add(longKey, Map.of("txt", "long".getBytes(UTF_8)));
      writer.add("gr\u00fcn", Map.of("txt", "green".getBytes(UTF_8)));
      writer.finish();
    }
    try (TarFile tar = new TarFile(file)) {
      assertThat(tar.getEntries())
          .extracting(TarArchiveEntry::getName)
          .containsExactly(longKey + ".txt", "gr\u00fcn.txt");
    }
  }

  @Test
  void writerClosedEarly_leavesNothing() throws IOException {
    Path file = folder.resolve("never.tar");
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      writer.add("key", Map.of("txt", new byte[3]));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void keyAddedTwice_isRejected() throws IOException {
    try (TarShardWriter writer = TarShardWriter.create(folder.resolve("twice.tar"))) {
      writer.add("key", Map.of("txt", new byte[3]));
      assertThatThrownBy(() -> writer.add("key", Map.of("txt", new byte[3])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("key \"key\" was added to");
    }
  }

  @Test
  void keyWithDot_isRejected() throws IOException {
    try (TarShardWriter writer = TarShardWriter.create(folder.resolve("dot.tar"))) {
      assertThatThrownBy(() -> writer.add("a.b", Map.of("txt", new byte[3])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("first dot");
    }
  }

  private static WrittenShard write(Path file, Map<String, byte[]> members) throws IOException {
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      writer.add("000", members);
      return writer.finish();
    }
  }
}
