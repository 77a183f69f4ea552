package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A modality from a jar that is only on the class path, from manifest to trained model. */
class PluginTest {

  @TempDir private Path directory;

  private Path data(String first) throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path manifest =
        TinyScenes.get()
            .copy(
                data,
                (name, bytes, into) -> {
                  into.put(name, bytes);
                  if (name.endsWith(".rgb.jpg")) {
                    String number = name.replaceAll("[^0-9]", "");
                    into.put(
                        name.replace("rgb.jpg", "parity.txt"),
                        (number.equals("00000000") ? first : number)
                            .getBytes(StandardCharsets.UTF_8));
                  }
                });
    Files.writeString(manifest, "modalities { name: \"parity\" }\n" + Files.readString(manifest));
    return manifest;
  }

  @Test
  void pluggedInModality_isCheckedAndTrained() throws IOException {
    Path manifest = data("0");
    Path run = TinyScenes.get().run(directory, manifest, "modalities { name: \"parity\" }");

    Console.Outcome checked = Console.run("manifest", "check", manifest);
    Console.Outcome trained = Console.run("pretrain", run, "--set", "train.steps=2");
    Console.Outcome shown = Console.run("checkpoint", "show", directory.resolve("out"), "--all");

    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("4 modalities");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(shown.out()).contains("decoder_embeddings.parity.token_emb.weight");
    assertThat(Files.readString(directory.resolve("out/metrics.jsonl"))).contains("loss/parity");
  }

  @Test
  void badSampleOfAPlugin_isNamedAndSkipped() throws IOException {
    Path run = TinyScenes.get().run(directory, data("many"), "modalities { name: \"parity\" }");

    Console.Outcome outcome = Console.run("masks", run, "--out", directory.resolve("masks.png"));

    assertThat(outcome.message())
        .contains(
            "train-000000.tar, sample scene00000000, modality parity: \"many\" is not a whole"
                + " number.");
    assertThat(outcome.code()).isZero();
  }
}
