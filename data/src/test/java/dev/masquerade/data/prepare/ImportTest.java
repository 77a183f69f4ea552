package dev.masquerade.data.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.code.CodePlugin;
import dev.masquerade.modality.image.ImagePlugin;
import dev.masquerade.modality.text.TextPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {

  private static final ModalityCatalogue CATALOGUE =
      Guice.createInjector(new CodePlugin(), new ImagePlugin(), new TextPlugin())
          .getInstance(ModalityCatalogue.class);

  @TempDir Path folder;

  @Test
  void flatFolder_becomesPicturesWithCaptions() throws Exception {
    for (int i = 0; i < 40; i++) {
      write("photos/year/IMG." + i + ".jpg");
      if (i % 2 == 0) {
        write("photos/year/IMG." + i + ".txt");
      }
    }
    write("photos/notes.json");
    ImportResult result =
        FolderImport.write(
            folder.resolve("photos"), folder.resolve("out"), settings(0.25, 8), done -> {});

    assertThat(result.manifest().modalities())
        .extracting(modality -> modality.name().value())
        .containsExactly("caption", "rgb@64");
    Map<String, String> contents = contents("out/manifest.textproto", "rgb", "jpg");
    assertThat(contents).hasSize(40).containsEntry("year/IMG_7", "photos/year/IMG.7.jpg");
    assertThat(contents("out/manifest.textproto", "caption", "txt"))
        .hasSize(20)
        .containsEntry("year/IMG_8", "photos/year/IMG.8.txt");
    Split heldOut = result.manifest().split("validation").orElseThrow();
    assertThat(heldOut.sampleCount()).isBetween(4L, 16L);
  }

  @Test
  void foldersOfModalities_arePackedAndUnknownOnesNamed() throws Exception {
    for (String key : List.of("cats/a", "dogs/b")) {
      write("data/rgb/" + key + ".png");
      write("data/depth/" + key + ".png");
      write("data/dept/" + key + ".png");
    }
    ImportResult result =
        FolderImport.write(
            folder.resolve("data"), folder.resolve("out"), settings(0, 100), done -> {});
    assertThat(result.manifest().modalities())
        .extracting(modality -> modality.name().value())
        .containsExactly("depth@64", "rgb@64");
    assertThat(result.remarks()).anyMatch(remark -> remark.contains("Did you mean \"depth\"?"));
    assertThat(contents("out/manifest.textproto", "depth", "png"))
        .containsEntry("dogs/b", "data/depth/dogs/b.png");
  }

  @Test
  void equalFolders_giveEqualShards() throws Exception {
    for (int i = 0; i < 20; i++) {
      write("photos/" + i + ".jpg");
    }
    List<String> first = hashes(importPhotos("one"));
    assertThat(hashes(importPhotos("two"))).isEqualTo(first);
  }

  @Test
  void picturesOfOtherFormatsAndHiddenFiles_areIgnoredAndCounted() throws Exception {
    for (int i = 0; i < 6; i++) {
      write("photos/" + i + (i < 3 ? ".jpg" : i < 5 ? ".gif" : ".TIFF"));
      write("photos/" + i + ".txt");
    }
    write("photos/.DS_Store");
    write("photos/._0.jpg");

    ImportResult result =
        FolderImport.write(
            folder.resolve("photos"), folder.resolve("out"), settings(0, 100), done -> {});

    assertThat(result.summary())
        .isEqualTo(
            "6 samples, 6 with caption, 3 with rgb; ignored 2 .gif, 1 .tiff, 2 hidden files: only"
                + " JPEG, PNG and WebP are read; 3 of the samples lost their picture that way and"
                + " keep the rest");
    assertThat(contents("out/manifest.textproto", "rgb", "jpg")).hasSize(3);
    assertThat(contents("out/manifest.textproto", "caption", "txt")).hasSize(6);
  }

  @Test
  void otherFormatsInAFolderOfAModality_areNotPacked() throws Exception {
    write("data/rgb/a.png");
    write("data/rgb/b.bmp");
    write("data/depth/b.png");

    ImportResult result =
        FolderImport.write(
            folder.resolve("data"), folder.resolve("out"), settings(0, 100), done -> {});

    assertThat(result.summary())
        .isEqualTo(
            "2 samples, 1 with depth, 1 with rgb; ignored 1 .bmp: only JPEG, PNG and WebP are"
                + " read");
  }

  @Test
  void starsInPatterns_areSaidNotToBePatterns() throws Exception {
    tar("s-1.tar", "a.rgb.jpg");
    assertThatThrownBy(() -> tars(0, folder + "/*.tar"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("* and ? are not patterns here")
        .hasMessageContaining("shard-{00000..00009}.tar");
  }

  @Test
  void folderOfNothing_isRefused() throws Exception {
    write("photos/readme.md");
    assertThatThrownBy(() -> importPhotos("out"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("holds nothing that can be read");
  }

  @Test
  void tars_areCountedHashedAndHeldOutWhole() throws Exception {
    for (int shard = 0; shard < 10; shard++) {
      tar("s-0" + shard + ".tar", "k" + shard + ".rgb.jpg", "k" + shard + ".caption.txt");
    }
    ImportResult result = tars(0.2, folder + "/s-{00..09}.tar");
    DatasetManifest manifest = result.manifest();
    assertThat(manifest.split("train").orElseThrow().shards()).hasSize(8);
    assertThat(manifest.split("validation").orElseThrow().shards()).hasSize(2);
    assertThat(contents("manifest.textproto", "rgb", "jpg")).hasSize(10);
    try (OpenShards open = new OpenShards(ShardSources.files(), 4, true)) {
      DatasetCheck.Report report =
          DatasetCheck.check(manifest, List.of(MemberPattern.of("caption", List.of("txt"))), open);
      assertThat(report.problems()).isEmpty();
      assertThat(report.samplesByModality()).containsEntry("caption", 10L);
    }
  }

  @Test
  void tarOfBareMembers_becomesPicturesAndCaptions() throws Exception {
    tar("bare.tar", "1.jpg", "1.txt", "1.json", "2.jpg");
    ImportResult result = tars(0, folder + "/bare.tar");
    assertThat(result.manifest().modalities())
        .extracting(modality -> modality.name().value())
        .containsExactly("caption", "rgb@64");
    assertThat(contents("manifest.textproto", "rgb", "jpg")).hasSize(2).containsEntry("2", "2.jpg");
    assertThat(contents("manifest.textproto", "caption", "txt")).hasSize(1);
    assertThat(result.remarks()).anyMatch(remark -> remark.contains("KEY.json"));
  }

  @Test
  void oneTarPerModality_isJoinedAndGapsAreNamed() throws Exception {
    Files.createDirectories(folder.resolve("rgb"));
    Files.createDirectories(folder.resolve("caption"));
    for (int shard = 0; shard < 3; shard++) {
      tar("rgb/" + shard + ".tar", "a" + shard + ".jpg", "b" + shard + ".jpg");
      tar("caption/" + shard + ".tar", "a" + shard + ".txt");
    }
    ImportResult result = tars(0, folder + "/[rgb,caption]/{0..2}.tar");
    assertThat(result.manifest().splits().get(0).shards()).hasSize(3);
    assertThat(contents("manifest.textproto", "rgb", "jpg")).hasSize(6);
    assertThat(contents("manifest.textproto", "caption", "txt")).containsEntry("a1", "a1.txt");
    assertThat(result.remarks()).anyMatch(remark -> remark.contains("1 of 2 samples lack"));
  }

  @Test
  void missingTars_areAllNamed() throws Exception {
    tar("s-1.tar", "a.rgb.jpg");
    assertThatThrownBy(() -> tars(0, folder + "/s-{0..2}.tar"))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void braces_expandAsInShells() {
    assertThat(BraceExpansion.expand("a-{08..11}-{x,y}.tar"))
        .containsExactly(
            "a-08-x.tar",
            "a-08-y.tar",
            "a-09-x.tar",
            "a-09-y.tar",
            "a-10-x.tar",
            "a-10-y.tar",
            "a-11-x.tar",
            "a-11-y.tar");
    assertThatThrownBy(() -> BraceExpansion.expand("a-{3..1}.tar"))
        .hasMessageContaining("must run upwards");
  }

  private DatasetManifest importPhotos(String out) throws IOException {
    return FolderImport.write(
            folder.resolve("photos"), folder.resolve(out), settings(0.3, 6), done -> {})
        .manifest();
  }

  private ImportResult tars(double validationFraction, String... patterns) throws IOException {
    return TarImport.write(
        List.of(patterns),
        List.of(),
        folder.resolve("manifest.textproto"),
        settings(validationFraction, 100),
        done -> {});
  }

  private static ImportSettings settings(double validationFraction, int samplesPerShard) {
    return new ImportSettings(
        "mine",
        CATALOGUE,
        Map.of("depth", "depth"),
        64,
        Optional.empty(),
        validationFraction,
        samplesPerShard);
  }

  private static List<String> hashes(DatasetManifest manifest) {
    List<String> hashes = new ArrayList<>();
    for (Split split : manifest.splits()) {
      split.shards().forEach(shard -> hashes.add(shard.files().get(0).sha256()));
    }
    return hashes;
  }

  /** Reads one modality of every sample back through the manifest that was written. */
  private Map<String, String> contents(String manifest, String member, String extension)
      throws Exception {
    Map<String, String> contents = new TreeMap<>();
    DatasetManifest read = new ManifestReader(CATALOGUE.names()).read(folder.resolve(manifest));
    for (Split split : read.splits()) {
      for (ShardDeclaration declaration : split.shards()) {
        try (Shard shard = Shard.open(declaration, ShardSources.files())) {
          assertThat(shard.sampleCount()).isEqualTo(declaration.sampleCount());
          for (int i = 0; i < shard.sampleCount(); i++) {
            int ordinal = i;
            shard
                .read(ordinal, MemberPattern.of(member, List.of(extension)))
                .ifPresent(
                    raw -> contents.put(shard.keys().get(ordinal), new String(raw.bytes(), UTF_8)));
          }
        }
      }
    }
    return contents;
  }

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private void tar(String name, String... members) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (String member : members) {
        TarArchiveEntry entry = new TarArchiveEntry(member);
        entry.setSize(member.length());
        tar.putArchiveEntry(entry);
        tar.write(member.getBytes(UTF_8));
        tar.closeArchiveEntry();
      }
    }
  }
}
