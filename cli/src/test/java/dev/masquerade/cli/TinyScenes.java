package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * 64 scenes with tokenizers and depth tokens, made once for all tests by the commands themselves.
 * Tests read it; what they spoil is a copy.
 */
final class TinyScenes {

  private static final class Made {
    static final TinyScenes SCENES = new TinyScenes();
  }

  private final Path root;

  private TinyScenes() {
    try {
      root = Files.createTempDirectory("tiny-scenes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteTree(root)));
    succeed("scenes", "--count", 64, "--out", root.resolve("scenes"));
    succeed(
        "tokenizer",
        "fit",
        "text",
        manifest(),
        "--member",
        "caption",
        "--vocabulary",
        600,
        "--sentinels",
        32,
        "--bins",
        32,
        "--out",
        text());
    succeed(
        "tokenizer",
        "fit",
        "patches",
        manifest(),
        "--member",
        "depth",
        "--content",
        "DEPTH",
        "--size",
        64,
        "--codes",
        32,
        "--samples",
        40,
        "--out",
        codebook());
    succeed(
        "tokenize",
        manifest(),
        "--out",
        root.resolve("tokens"),
        "--token",
        "tok_depth@64=depth:" + codebook());
  }

  static TinyScenes get() {
    return Made.SCENES;
  }

  private static void succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  Path manifest() {
    return root.resolve("scenes").resolve("manifest.textproto");
  }

  Path text() {
    return root.resolve("text.json");
  }

  Path codebook() {
    return root.resolve("depth.npz");
  }

  Path tokens() {
    return root.resolve("tokens").resolve("manifest.textproto");
  }

  /** Writes a run over pictures, captions and depth tokens. */
  Path run(Path directory) throws IOException {
    return run(directory, tokens(), "modalities { name: \"tok_depth@64\" }");
  }

  /** Writes a run over pictures, captions and what else is declared. */
  Path run(Path directory, Path manifest, String more) throws IOException {
    Path file = directory.resolve("run.textproto");
    Files.writeString(
        file,
        """
        name: "tiny"
        model { preset: "scenes_small" }
        modalities { name: "rgb@64" }
        modalities { name: "caption" tokenizer: "%s" max_tokens: 48 }
        %s
        masking { encoder_tokens { min: 24 max: 24 } decoder_tokens { min: 24 max: 24 } }
        data {
          sources { manifest: "%s" }
          batch_size: 56
          workers: 1
          max_bad_samples: 3
          augmentation { crop: CROP_PRETOKENISED }
        }
        schedule { peak_learning_rate: 1e-3 }
        train { steps: 4 precision: PRECISION_FP32 }
        output { directory: "%s" }
        """
            .formatted(text(), more, manifest, directory.resolve("out")));
    return file;
  }

  /** Changes the members of a tar. */
  @FunctionalInterface
  interface Edit {
    /** Puts what shall be written, in order. */
    void apply(String name, byte[] bytes, Map<String, byte[]> into);
  }

  /** Replaces one member of the first scene. */
  static Edit replacing(String member, String renamed, byte[] content) {
    return (name, bytes, into) -> {
      boolean chosen = name.equals("scene00000000." + member);
      into.put(chosen ? "scene00000000." + renamed : name, chosen ? content : bytes);
    };
  }

  static Edit replacing(String member, String content) {
    return replacing(member, member, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Copies the data set without the digests of its shards, and edits its training shard. */
  Path copy(Path directory, Edit edit) throws IOException {
    Path copied = copy(directory);
    Path shard = shard(copied);
    Map<String, byte[]> members = new LinkedHashMap<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(shard))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        edit.apply(entry.getName(), in.readAllBytes(), members);
      }
    }
    try (OutputStream file = Files.newOutputStream(shard);
        TarArchiveOutputStream out = new TarArchiveOutputStream(file)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey(), true);
        entry.setSize(member.getValue().length);
        out.putArchiveEntry(entry);
        out.write(member.getValue());
        out.closeArchiveEntry();
      }
    }
    return copied;
  }

  /** Copies the data set without the digests of its shards. */
  Path copy(Path directory) throws IOException {
    Path from = root.resolve("scenes");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(from.relativize(file)));
      }
    }
    Path manifest = directory.resolve("manifest.textproto");
    Files.writeString(manifest, Files.readString(manifest).replaceAll("sha256: \"[0-9a-f]*\"", ""));
    return manifest;
  }

  /** Returns the training shard beside a manifest. */
  static Path shard(Path manifest) {
    return manifest.resolveSibling("train-000000.tar");
  }

  private static void deleteTree(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // A temporary directory that stays behind harms nobody.
    }
  }
}
