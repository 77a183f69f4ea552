package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A masked autoencoder goes through the commands that a 4M model goes through. */
class AutoencoderPathTest {

  @TempDir private Path directory;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    run = directory.resolve("mae.textproto");
    Files.writeString(
        run,
        """
        name: "mae"
        model {
          preset: "mae_vit_tiny"
          dim: 32 encoder_depth: 2 decoder_depth: 1 heads: 2
          autoencoder { decoder_dim: 16 decoder_heads: 2 normalised_targets: true }
        }
        modalities { name: "rgb@64" patch_size: 16 }
        masking { encoder_tokens { max: 4 } decoder_tokens { max: 12 } }
        data { sources { manifest: "%s" } batch_size: 16 }
        schedule { peak_learning_rate: 1e-3 }
        train { steps: 4 log_every: 1 device: DEVICE_CPU average { decay: 0.9 } }
        evaluation { every: 2 batches: 1 }
        """
            .formatted(TinyScenes.get().manifest()));
  }

  private Path train(String name, String... more) throws IOException {
    Path out = directory.resolve(name);
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "pretrain";
    arguments[1] = run;
    arguments[2] = "--set";
    arguments[3] = "output.directory=" + out;
    System.arraycopy(more, 0, arguments, 4, more.length);
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return out;
  }

  @Test
  void run_isResumedToTheSameWeightsAndAverages() throws IOException {
    Path whole = train("whole");
    train("parts", "--set", "train.steps=2", "--set", "schedule.total={ steps: 4 }");
    Path parts = train("parts", "--resume");

    for (String file : List.of("model.safetensors", "average.safetensors")) {
      Path expected = whole.resolve("checkpoints/step-000004").resolve(file);
      Path found = parts.resolve("checkpoints/step-000004").resolve(file);
      assertThat(Arrays.equals(Files.readAllBytes(expected), Files.readAllBytes(found)))
          .as(file)
          .isTrue();
    }
  }

  @Test
  void checkpointAndAverage_areModelsOfTheirOwn() throws IOException {
    Path step = train("out").resolve("checkpoints/step-000004");

    for (Path path : List.of(step, step.resolve("average.safetensors"))) {
      try (StoredModel model = StoredModel.open(path)) {
        assertThat(model.match().fits()).as(model.match().report()).isTrue();
        assertThat(model.description())
            .isInstanceOfSatisfying(
                MaeDescription.class,
                description -> {
                  assertThat(description.config().normalisedTargets()).isTrue();
                  assertThat(description.config().encoder().places()).isEqualTo(16);
                });
      }
    }
  }

  @Test
  void twoModalities_areRefusedInOneLine() throws IOException {
    Files.writeString(run, Files.readString(run) + "modalities { name: \"tok_rgb@64\" }\n");

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("mae.textproto").doesNotContain("\tat ");
  }

  @Test
  void summary_printsShapesAndJoints_andTrainsNothing() throws IOException {
    Path out = directory.resolve("nothing");

    Console.Outcome outcome =
        Console.run("pretrain", run, "--summary", "--set", "output.directory=" + out);

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("masked autoencoder of normalised pixels")
        .containsPattern("blocks\\.0\\.attn\\.qkv\\.weight +\\[96, 32\\]")
        .containsPattern("32 -> 32 +decoder_embed")
        .contains("parameters");
    assertThat(out).doesNotExist();
  }

  @Test
  void quickstartOfAnotherRecipe_isNotGoneOnWith() throws IOException {
    Path out = Files.createDirectory(directory.resolve("quick"));
    Files.writeString(out.resolve("quickstart-mae.textproto"), "name: \"x\"");

    Console.Outcome outcome = Console.run("quickstart", "--resume", "--out", out);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("was begun with --recipe mae");
  }

  @Test
  void evaluate_saysWhatMeasuresAutoencoders() throws IOException {
    Path out = train("out");

    Console.Outcome outcome = Console.run("evaluate", out);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("predicts no tokens", "reconstruct", "probe");
  }
}
