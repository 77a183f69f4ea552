package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are not what their manifest says. */
class BadShardsTest {

  @TempDir private Path directory;

  private static void assertRefused(Console.Outcome outcome, String message) {
    assertThat(outcome.message()).isEqualTo(message);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void missingShards_areListedTogether() throws IOException {
    Path manifest = TinyScenes.get().copy(directory);
    Files.delete(TinyScenes.shard(manifest));
    Files.delete(manifest.resolveSibling("validation-000000.tar"));

    Console.Outcome outcome = Console.run("manifest", "check", manifest);

    assertRefused(
        outcome,
        "train-000000.tar: there is no such shard at "
            + TinyScenes.shard(manifest).toUri()
            + ". Fetch it, or correct the manifest\n"
            + "validation-000000.tar: there is no such shard at "
            + manifest.resolveSibling("validation-000000.tar").toUri()
            + ". Fetch it, or correct the manifest");
  }

  @Test
  void missingShard_stopsARunBeforeItBegins() throws IOException {
    Path manifest = TinyScenes.get().copy(directory);
    Files.delete(TinyScenes.shard(manifest));

    Console.Outcome outcome =
        Console.run("pretrain", TinyScenes.get().run(directory, manifest, ""));

    assertThat(outcome.message()).startsWith("train-000000.tar: there is no such shard at ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void truncatedShard_isNamedWithTheOffset() throws IOException {
    Path manifest = TinyScenes.get().copy(directory);
    Path shard = TinyScenes.shard(manifest);
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, 100_000));

    Console.Outcome outcome = Console.run("manifest", "check", manifest);

    assertThat(outcome.message())
        .contains("train-000000.tar: is truncated at offset 100000, inside ")
        .contains("samples, but the manifest declares 56. Import it anew")
        .doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void otherContentThanDeclared_isRefusedByItsDigest() throws IOException {
    Path manifest = TinyScenes.get().copy(directory);
    String text = Files.readString(manifest);
    String zeros = "0".repeat(64);
    Files.writeString(
        manifest,
        text.replaceFirst(
            "uri: \"train-000000.tar\"", "uri: \"train-000000.tar\" sha256: \"" + zeros + "\""));

    Console.Outcome check = Console.run("manifest", "check", manifest);
    Console.Outcome run = Console.run("masks", TinyScenes.get().run(directory, manifest, ""));

    for (Console.Outcome outcome : new Console.Outcome[] {check, run}) {
      assertThat(outcome.message())
          .matches(
              "train-000000\\.tar: has SHA-256 [0-9a-f]{64}, but the manifest declares "
                  + zeros
                  + "\\. Fetch the shard again, or import it anew if the change was meant");
      assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    }
  }

  @Test
  void nameThatClimbsOut_isRefused() throws IOException {
    Path manifest =
        TinyScenes.get()
            .copy(directory, TinyScenes.replacing("caption.txt", "caption.txt", new byte[] {'a'}));
    assertThat(Console.run("manifest", "check", manifest).code()).isZero();
    Path other = Files.createDirectory(directory.resolve("climbing"));
    Path climbing =
        TinyScenes.get().copy(other, (name, bytes, into) -> into.put("../" + name, bytes));

    assertRefused(
        Console.run("manifest", "check", climbing),
        "train-000000.tar: member \"../scene00000000.caption.txt\" at offset 0 has a name that"
            + " climbs out of its folder. Names must be relative and free of \"..\". Rewrite the"
            + " shard, and do not trust where it came from");
  }

  @Test
  void fileThatIsNoTar_isRefused() throws IOException {
    Path manifest = TinyScenes.get().copy(directory);
    Files.writeString(TinyScenes.shard(manifest), "hello ".repeat(1000));

    assertRefused(
        Console.run("manifest", "check", manifest),
        "train-000000.tar: is not a tar: its first 512 bytes are no tar header. Write the shard"
            + " again");
  }
}
