package dev.masquerade.data.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

  private static final MemberPattern RGB = MemberPattern.of("rgb", List.of("jpg", "png"));
  private static final MemberPattern CAPTION = MemberPattern.of("caption", List.of("txt"));

  @TempDir Path folder;

  @Test
  void oneTar_isReadAtRandomByKey() throws Exception {
    Path tar = folder.resolve("one.tar");
    try (TarShardWriter writer = TarShardWriter.create(tar)) {
      for (int i = 0; i < 20; i++) {
        writer.add(
            "s" + i,
            Map.of("rgb.JPG", bytes("picture " + i), "caption.txt", bytes("caption " + i)));
      }
      writer.finish();
    }
    try (Shard shard = open(20, ShardFile.of(tar))) {
      assertThat(shard.sampleCount()).isEqualTo(20);
      int ordinal = shard.ordinal("s17").orElseThrow();
      assertThat(shard.key(ordinal)).isEqualTo("s17");
      assertThat(text(shard.read(ordinal, RGB))).isEqualTo("picture 17");
      assertThat(shard.read(ordinal, RGB).orElseThrow().extension()).isEqualTo("jpg");
      assertThat(text(shard.read(3, CAPTION))).isEqualTo("caption 3");
      assertThat(shard.members(3)).isEqualTo(Set.of("rgb.jpg", "caption.txt"));
    }
  }

  @Test
  void oneTarPerModality_isJoinedByKeyWhateverTheOrder() throws Exception {
    Path rgb = tar("rgb.tar", "a.jpg", "b.jpg", "c.jpg");
    Path caption = tar("caption.tar", "c.txt", "a.txt", "d.txt");
    try (Shard shard = open(4, file(rgb, "rgb"), file(caption, "caption"))) {
      assertThat(shard.keys()).containsExactly("a", "b", "c", "d");
      assertThat(text(shard.read(2, RGB))).isEqualTo("c.jpg");
      assertThat(text(shard.read(2, CAPTION))).isEqualTo("c.txt");
      assertThat(shard.read(1, CAPTION)).isEmpty();
      assertThat(shard.keysLacking(CAPTION)).containsExactly("b");
      assertThat(shard.keysLacking(RGB)).containsExactly("d");
    }
  }

  @Test
  void tokenShard_joinsTheTarItWasMadeFrom() throws Exception {
    Path pictures = tar("pictures.tar", "a.rgb.jpg", "b.rgb.jpg");
    Path tokens = tar("tokens.tar", "a.tok_rgb.npy", "b.tok_rgb.npy");
    try (Shard shard = open(2, ShardFile.of(pictures), ShardFile.of(tokens))) {
      assertThat(text(shard.read(1, MemberPattern.of("tok_rgb", List.of("npy")))))
          .isEqualTo("b.tok_rgb.npy");
      assertThat(text(shard.read(1, RGB))).isEqualTo("b.rgb.jpg");
    }
  }

  @Test
  void folderOfModalities_readsLikeATar() throws Exception {
    write("root/rgb/cats/one.jpg");
    write("root/rgb/cats/photo.2020.jpg");
    write("root/caption/cats/one.txt");
    write("root/loose.rgb.png");
    try (Shard shard = open(3, ShardFile.of(folder.resolve("root")))) {
      assertThat(shard.keys()).containsExactlyInAnyOrder("cats/one", "cats/photo.2020", "loose");
      int one = shard.ordinal("cats/one").orElseThrow();
      assertThat(text(shard.read(one, RGB))).isEqualTo("root/rgb/cats/one.jpg");
      assertThat(text(shard.read(one, CAPTION))).isEqualTo("root/caption/cats/one.txt");
    }
  }

  @Test
  void flatFolder_isSharedByModalitiesThroughExtensions() throws Exception {
    write("flat/one.jpg");
    write("flat/one.txt");
    write("flat/two.jpg");
    Path root = folder.resolve("flat");
    try (Shard shard = open(2, file(root, "rgb"), file(root, "caption"))) {
      assertThat(shard.keys()).containsExactly("one", "two");
      assertThat(text(shard.read(0, CAPTION))).isEqualTo("flat/one.txt");
      assertThat(shard.read(1, CAPTION)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"POSIX", "GNU"})
  void longNames_areReadInBothDialects(String dialect) throws Exception {
    String key = "folder/" + "k".repeat(180) + "/" + "n".repeat(150);
    Path file = folder.resolve("long.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      tar.setLongFileMode(
          dialect.equals("GNU")
              ? TarArchiveOutputStream.LONGFILE_GNU
              : TarArchiveOutputStream.LONGFILE_POSIX);
      put(tar, key + ".rgb.jpg", "long");
      put(tar, "short.rgb.jpg", "short");
    }
    try (Shard shard = open(2, ShardFile.of(file))) {
      assertThat(shard.keys()).containsExactly(key, "short");
      assertThat(text(shard.read(0, RGB))).isEqualTo("long");
      assertThat(text(shard.read(1, RGB))).isEqualTo("short");
    }
  }

  @Test
  void ustarPrefix_isPartOfTheName() throws Exception {
    // 120 characters fit a USTAR header only when split between prefix and name.
    String directory = "d".repeat(90);
    Path file = tar("prefix.tar", "x.rgb.jpg");
    byte[] bytes = Files.readAllBytes(file);
    System.arraycopy(directory.getBytes(UTF_8), 0, bytes, 345, directory.length());
    fixChecksum(bytes);
    Files.write(file, bytes);
    try (Shard shard = open(1, ShardFile.of(file))) {
      assertThat(shard.keys()).containsExactly(directory + "/x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil.rgb.jpg", "a/../../evil.rgb.jpg", "/etc/evil.rgb.jpg"})
  void nameThatClimbsOut_isRefusedNamingShardAndMember(String name) throws Exception {
    Path file = folder.resolve("evil.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(1);
      tar.putArchiveEntry(entry);
      tar.write(1);
      tar.closeArchiveEntry();
    }
    assertThatThrownBy(() -> open(1, ShardFile.of(file)))
        .isInstanceOf(UnusableShardsException.class)
        .hasMessageContaining("evil.tar")
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("climbs out");
  }

  @Test
  void truncatedTar_givesWhatIsWholeAndNamesTheRest() throws Exception {
    Path whole = tar("whole.tar", "a.rgb.jpg", "b.rgb.jpg", "c.rgb.jpg");
    // Headers take 512 bytes and each content one block: cut inside the content of b.
    Path cut = folder.resolve("cut.tar");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 1024 + 512 + 4));
    try (Shard shard = open(3, ShardFile.of(cut))) {
      assertThat(text(shard.read(0, RGB))).isEqualTo("a.rgb.jpg");
      assertThatThrownBy(() -> shard.read(1, RGB))
          .isInstanceOf(BadSampleException.class)
          .hasMessage(
              "member b.rgb.jpg ends after 4 of 9 bytes: the tar is truncated at offset 1540");
      assertThatThrownBy(() -> shard.read(2, RGB))
          .isInstanceOf(BadSampleException.class)
          .hasMessageContaining("holds 2 of 3 declared samples")
          .hasMessageContaining("truncated at offset 1540");
    }
  }

  @Test
  void sampleBegunBeforeTheDamage_isNotTakenForComplete() throws Exception {
    Path whole = tar("whole.tar", "a.caption.txt", "a.rgb.jpg", "b.caption.txt", "b.rgb.jpg");
    Path cut = folder.resolve("cut.tar");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 3 * 1024 + 100));
    try (Shard shard = open(2, ShardFile.of(cut))) {
      assertThat(text(shard.read(0, RGB))).isEqualTo("a.rgb.jpg");
      assertThatThrownBy(() -> shard.read(1, RGB))
          .isInstanceOf(BadSampleException.class)
          .hasMessageContaining("truncated at offset 3172");
    }
  }

  @Test
  void fileThatIsNoTar_isRefused() throws Exception {
    Path file = folder.resolve("text.tar");
    Files.writeString(file, "hello ".repeat(200));
    assertThatThrownBy(() -> open(1, ShardFile.of(file)))
        .isInstanceOf(UnusableShardsException.class)
        .hasMessageContaining("text.tar: is not a tar");
  }

  @Test
  void missingShards_areAllNamedAtOnce() throws Exception {
    Path there = tar("there.tar", "a.rgb.jpg");
    List<ShardDeclaration> shards =
        List.of(
            declare(1, ShardFile.of(folder.resolve("gone-1.tar"))),
            declare(1, ShardFile.of(there)),
            declare(1, ShardFile.of(folder.resolve("gone-2.tar"))));
    try (OpenShards open = new OpenShards(ShardSources.files(), 2, false)) {
      assertThatThrownBy(() -> open.requirePresent(shards))
          .isInstanceOfSatisfying(
              UnusableShardsException.class,
              e ->
                  assertThat(e.problems())
                      .hasSize(2)
                      .anyMatch(problem -> problem.startsWith("gone-1.tar"))
                      .anyMatch(problem -> problem.startsWith("gone-2.tar")));
    }
  }

  @Test
  void otherHash_isRefusedWithBoth() throws Exception {
    Path tar = tar("hashed.tar", "a.rgb.jpg");
    String declared = "0".repeat(64);
    ShardDeclaration shard = declare(1, new ShardFile("hashed.tar", tar.toUri(), "", declared));
    try (OpenShards open = new OpenShards(ShardSources.files(), 2, true)) {
      assertThatThrownBy(() -> open.acquire(shard))
          .isInstanceOf(UnusableShardsException.class)
          .hasMessageContaining(declared)
          .hasMessageContaining(ShardDigest.of(tar));
    }
  }

  @Test
  void openShards_staysWithinItsCapacityAndNeverClosesWhatIsInUse() throws Exception {
    ShardDeclaration a = declare(1, ShardFile.of(tar("a.tar", "a.rgb.jpg")));
    ShardDeclaration b = declare(1, ShardFile.of(tar("b.tar", "b.rgb.jpg")));
    try (OpenShards open = new OpenShards(ShardSources.files(), 1, false)) {
      try (OpenShards.Lease first = open.acquire(a);
          OpenShards.Lease second = open.acquire(b)) {
        assertThat(text(first.shard().read(0, RGB))).isEqualTo("a.rgb.jpg");
        assertThat(text(second.shard().read(0, RGB))).isEqualTo("b.rgb.jpg");
      }
      try (OpenShards.Lease again = open.acquire(a)) {
        assertThat(text(again.shard().read(0, RGB))).isEqualTo("a.rgb.jpg");
      }
    }
  }

  private Shard open(int count, ShardFile... files) throws IOException {
    return Shard.open(declare(count, files), ShardSources.files());
  }

  private static ShardDeclaration declare(int count, ShardFile... files) {
    return new ShardDeclaration(files[0].name(), List.of(files), count);
  }

  private static ShardFile file(Path path, String modality) {
    return new ShardFile(String.valueOf(path.getFileName()), path.toUri(), modality, "");
  }

  /** Writes a tar whose members hold their own names. */
  private Path tar(String name, String... members) throws IOException {
    Path file = folder.resolve(name);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (String member : members) {
        put(tar, member, member);
      }
    }
    return file;
  }

  private static void put(TarArchiveOutputStream tar, String name, String content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length());
    tar.putArchiveEntry(entry);
    tar.write(bytes(content));
    tar.closeArchiveEntry();
  }

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes(name));
    }
  }

  private static void fixChecksum(byte[] tar) {
    Arrays.fill(tar, 148, 156, (byte) ' ');
    long sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    byte[] field = String.format("%06o\0 ", sum).getBytes(UTF_8);
    System.arraycopy(field, 0, tar, 148, field.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(Optional<RawMember> member) {
    return new String(member.orElseThrow().bytes(), UTF_8);
  }
}
