package dev.masquerade.data.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

  private static final Set<String> KNOWN = Set.of("rgb", "depth", "tok_depth", "caption");
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @TempDir Path directory;

  private Path manifest(String content) throws IOException {
    Path file = directory.resolve("manifest.textproto");
    Files.writeString(file, content);
    return file;
  }

  private String problems(String content) throws IOException {
    Path file = manifest(content);
    ConfigurationException refusal =
        catchThrowableOfType(
            ConfigurationException.class, () -> new ManifestReader(KNOWN).read(file));
    assertThat(refusal).isNotNull();
    return String.valueOf(refusal.getMessage()).replace(directory + "/", "");
  }

  @Test
  void completeManifest_isUnderstood() throws IOException {
    Path file =
        manifest(
            """
            name: "scenes"
            modalities { name: "rgb@64" patch_size: 8 }
            modalities { name: "near@64" type: "tok_depth" member: "depth" vocabulary_size: 512
                         tokenizer: "near.safetensors" options { key: "k" value: "v" } }
            splits {
              name: "train"
              shards { sample_count: 10 files { uri: "train-0.tar" sha256: "%s" } }
              shards { sample_count: 5
                       files { uri: "rgb/1.tar" member: "rgb" }
                       files { uri: "s3://bucket/depth/1.tar" member: "depth" } }
            }
            splits { name: "validation" shards { sample_count: 2 files { uri: "held-out/" } } }
            provenance { generator: "tests" seed: 0 }
            """
                .formatted(DIGEST));

    DatasetManifest manifest = new ManifestReader(KNOWN).read(file);

    StoredModality near = manifest.modalities().get(1);
    assertThat(near.type()).isEqualTo("tok_depth");
    assertThat(near.member()).isEqualTo("depth");
    assertThat(near.settings().size()).isEqualTo(64);
    assertThat(near.settings().tokenizer()).contains(directory.resolve("near.safetensors"));
    assertThat(near.settings().options()).containsExactly(Map.entry("k", "v"));
    assertThat(manifest.modality(new ModalityName("rgb@64")).orElseThrow().member())
        .isEqualTo("rgb");
    Split train = manifest.split("train").orElseThrow();
    assertThat(train.sampleCount()).isEqualTo(15);
    assertThat(train.shards().get(0).name()).isEqualTo("train-0.tar");
    assertThat(train.shards().get(0).files().get(0).uri())
        .isEqualTo(directory.resolve("train-0.tar").toUri());
    assertThat(train.shards().get(0).files().get(0).sha256()).isEqualTo(DIGEST);
    assertThat(train.shards().get(1).files().get(1).uri())
        .isEqualTo(URI.create("s3://bucket/depth/1.tar"));
    assertThat(train.shards().get(1).files().get(1).modality()).isEqualTo("depth");
    assertThat(manifest.split("validation").orElseThrow().shards().get(0).files().get(0).uri())
        .hasToString(directory.resolve("held-out").toUri() + "/");
    assertThat(manifest.provenance().seed()).hasValue(0);
  }

  @Test
  void everyMistake_isReportedAtOnce() throws IOException {
    assertThat(
            problems(
                """
                modalities { name: "rgb@64" size: -1 }
                modalities { name: "dept@64" }
                modalities { name: "rgb@64" type: "RGB" }
                modalities { name: "12" }
                modalities { patch_size: 8 }
                splits {
                  name: "train"
                  shards { files { uri: "a.tar" } }
                  shards { sample_count: -3 files { uri: "a/../../a.tar" sha256: "abc" } }
                  shards { sample_count: 3000000000 files { member: "dpeth" } }
                  shards { sample_count: 3 }
                  shards { sample_count: 3 files { uri: "f/" sha256: "%s" } }
                  shards { sample_count: 3 files { uri: "s3://a b" } }
                }
                splits { name: "train" }
                splits { shards { sample_count: 1 files { uri: "b.tar" } } }
                """
                    .formatted(DIGEST)))
        .isEqualTo(
            """
            manifest.textproto:1: modalities[0].size: -1 is out of range; it must be at least 0, where 0 leaves it to the modality.
            manifest.textproto:2: modalities[1].name: "dept" is not a known modality. Did you mean "depth"?
                Known: caption, depth, rgb, tok_depth. A plugin must be on the class path to add more.
            manifest.textproto:3: modalities[2].name: "rgb@64" is declared before; keep one.
            manifest.textproto:3: modalities[2].type: "RGB" is not a known modality. Did you mean "rgb"?
                Known: caption, depth, rgb, tok_depth. A plugin must be on the class path to add more.
            manifest.textproto:4: modalities[3].name: "12" is not a modality name. Write a letter, then letters, digits, '_', '-' or '.', and optionally a size such as @224 or @24x40.
            manifest.textproto:5: modalities[4].name: is missing; write for example "rgb@64".
            manifest.textproto:8: splits[0].shards[0].sample_count: is missing; "masquerade import" counts the samples of each shard.
            manifest.textproto:9: splits[0].shards[1].sample_count: -3 is out of range; it must lie in 1 to 2147483647.
            manifest.textproto:9: splits[0].shards[1].files[0].sha256: "abc" is no SHA-256, which has 64 hexadecimal digits; this has 3 characters. Leave it empty to skip verification.
            manifest.textproto:9: splits[0].shards[1].files[0].uri: "a/../../a.tar" climbs out with ".." after its beginning. Write where it leads to.
            manifest.textproto:10: splits[0].shards[2].sample_count: 3000000000 is out of range; it must lie in 1 to 2147483647.
            manifest.textproto:10: splits[0].shards[2].files[0].member: "dpeth" is not a member of the modalities above. Did you mean "dept"?
                Known: 12, dept, rgb.
            manifest.textproto:11: splits[0].shards[3].files: are missing; say where the shard's bytes are.
            manifest.textproto:12: splits[0].shards[4].files[0].sha256: folders have no hash; leave it empty.
            manifest.textproto:13: splits[0].shards[5].files[0].uri: "s3://a b" is neither a path nor a URI: Illegal character in authority.
            manifest.textproto:15: splits[1].name: "train" is declared before; keep one.
            manifest.textproto:16: splits[2].name: is missing; runs read "train" and "validation" by default.
            manifest.textproto: name: is missing; give the data set a short name.\
            """);
  }

  @Test
  void emptyManifest_lacksEverything() throws IOException {
    assertThat(problems("# nothing"))
        .isEqualTo(
            """
            manifest.textproto: name: is missing; give the data set a short name.
            manifest.textproto: modalities: are missing; declare what the samples hold.
            manifest.textproto: splits: are missing; declare at least one, for example "train".\
            """);
  }

  @Test
  void missingFile_isOneProblem() {
    ConfigurationException refusal =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> new ManifestReader(KNOWN).read(directory.resolve("none.textproto")));
    assertThat(refusal.problems())
        .containsExactly(directory.resolve("none.textproto") + ": there is no such file.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy.textproto", "copy.json", "copy.binpb"})
  void whatIsWritten_isReadBack(String name) throws IOException {
    ModalitySettings near =
        new ModalitySettings(
            new ModalityName("near"),
            64,
            8,
            512,
            0,
            0,
            Optional.of(directory.resolve("codes/near.safetensors")),
            Set.of(),
            Map.of("b", "2", "a", "1"));
    DatasetManifest manifest =
        new DatasetManifest(
            "pictures",
            "for tests",
            List.of(
                StoredModality.of(ModalitySettings.of("rgb@64")),
                new StoredModality(near, "tok_depth", "depth")),
            List.of(
                new Split(
                    "train",
                    List.of(
                        shard("train-0.tar", directory.resolve("train-0.tar").toUri(), "", DIGEST),
                        shard("far", URI.create("file:///elsewhere/1.tar"), "depth", ""),
                        shard("s3", URI.create("s3://bucket/2.tar"), "rgb", "")))),
            new DatasetProvenance("tests", "1", OptionalLong.of(7), "command", "now", "nowhere"));
    Path file = directory.resolve(name);

    ManifestWriter.write(file, manifest);
    DatasetManifest copy = new ManifestReader(KNOWN).read(file);

    assertThat(copy.modalities()).isEqualTo(manifest.modalities());
    assertThat(copy.provenance()).isEqualTo(manifest.provenance());
    assertThat(copy.split("train").orElseThrow().shards())
        .extracting(shard -> shard.files().get(0).uri())
        .containsExactly(
            directory.resolve("train-0.tar").toUri(),
            URI.create("file:///elsewhere/1.tar"),
            URI.create("s3://bucket/2.tar"));
    assertThat(ManifestWriter.text(file, copy)).isEqualTo(ManifestWriter.text(file, manifest));
  }

  @Test
  void whatLiesBelowTheManifest_isWrittenRelative() {
    DatasetManifest manifest =
        new DatasetManifest(
            "pictures",
            "",
            List.of(StoredModality.of(ModalitySettings.of("rgb@64"))),
            List.of(
                new Split(
                    "train",
                    List.of(shard("x", URI.create(directory.toUri() + "sub/folder/"), "", "")))),
            DatasetProvenance.UNKNOWN);
    assertThat(ManifestWriter.text(directory.resolve("manifest.textproto"), manifest))
        .contains("uri: \"sub/folder/\"")
        .doesNotContain("size", "provenance", "sha256");
  }

  @Test
  void whatLiesBesideTheManifest_isFoundWhereBothWereMoved() throws IOException {
    Path before = Files.createDirectories(directory.resolve("before/tokens"));
    ModalitySettings near =
        new ModalitySettings(
            new ModalityName("near"),
            64,
            8,
            512,
            0,
            0,
            Optional.of(directory.resolve("before/codes/near.npz")),
            Set.of(),
            Map.of());
    DatasetManifest manifest =
        new DatasetManifest(
            "pictures",
            "",
            List.of(new StoredModality(near, "tok_depth", "depth")),
            List.of(
                new Split(
                    "train",
                    List.of(shard("x", directory.resolve("before/scenes/0.tar").toUri(), "", "")))),
            DatasetProvenance.UNKNOWN);
    ManifestWriter.write(before.resolve("manifest.textproto"), manifest);

    Files.move(directory.resolve("before"), directory.resolve("after"));
    DatasetManifest moved =
        new ManifestReader(KNOWN).read(directory.resolve("after/tokens/manifest.textproto"));

    assertThat(moved.splits().get(0).shards().get(0).files().get(0).uri())
        .isEqualTo(directory.resolve("after/scenes/0.tar").toUri());
    assertThat(moved.modalities().get(0).settings().tokenizer())
        .contains(directory.resolve("after/codes/near.npz"));
    assertThat(Files.readString(directory.resolve("after/tokens/manifest.textproto")))
        .contains("uri: \"../scenes/0.tar\"", "tokenizer: \"../codes/near.npz\"");
  }

  private static ShardDeclaration shard(String name, URI uri, String member, String sha256) {
    return new ShardDeclaration(name, List.of(new ShardFile(name, uri, member, sha256)), 3);
  }
}
