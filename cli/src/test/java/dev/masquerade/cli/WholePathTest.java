package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands one after another, as a user works by hand. */
class WholePathTest {

  @TempDir private Path directory;

  private static Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  @Test
  void trainedRun_isResumedShownAndEvaluated() throws IOException {
    Path run = TinyScenes.get().run(directory);
    Path out = directory.resolve("out");

    succeed("pretrain", run, "--set", "train.steps=2", "--set", "data.batch_size=16");
    Console.Outcome resumed = succeed("pretrain", run, "--set", "data.batch_size=16", "--resume");
    Console.Outcome shown = succeed("checkpoint", "show", out, "--all");
    Console.Outcome evaluated = succeed("evaluate", out, "--samples", 8, "--pictures", 2);

    assertThat(resumed.out()).contains("run           " + out);
    assertThat(shown.out()).contains("encoder.0.attn.qkv.weight", "[384, 128]");
    assertThat(evaluated.out())
        .contains("rgb@64", "caption", "tok_depth@64", "no input", "next_token_accuracy");
    assertThat(
            JsonParser.parseString(Files.readString(out.resolve("evaluation.json")))
                .getAsJsonObject()
                .keySet())
        .isNotEmpty();
    assertThat(out.resolve("figures"))
        .isDirectoryContaining("glob:**/events.out.tfevents.*.masquerade");
    Console.Outcome generated =
        succeed(
            "evaluate",
            out,
            "--pairs",
            "rgb:caption,caption:depth",
            "--samples",
            4,
            "--pictures",
            1);
    assertThat(generated.out()).contains("solids_f1", "relative_error", "generation.json");
    assertThat(out.resolve("generation.txt")).isNotEmptyFile();
    assertThat(Console.run("evaluate", out, "--pairs", "rgb:capton"))
        .satisfies(
            wrong -> {
              assertThat(wrong.code()).isEqualTo(2);
              assertThat(wrong.err()).contains("Did you mean \"caption\"?");
            });
    assertThat(Console.run("evaluate", out, "--pairs", "rgb").err())
        .contains("\"rgb\" is no task. Write GIVEN:MADE");
    try (Stream<Path> figures = Files.list(out.resolve("figures"))) {
      List<Path> pictures = figures.filter(file -> file.toString().endsWith(".png")).toList();
      assertThat(pictures)
          .extracting(file -> String.valueOf(file.getFileName()))
          .contains("losses.png", "tok_depth@64.png", "generated-rgb.png", "generated-caption.png");
      for (Path picture : pictures) {
        assertThat(ImageIO.read(picture.toFile())).as(picture.toString()).isNotNull();
      }
    }
  }

  @Test
  void masks_areDrawn() throws IOException {
    Path picture = directory.resolve("figures").resolve("masks.png");

    succeed("masks", TinyScenes.get().run(directory), "--samples", 3, "--out", picture);

    assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(100);
  }

  @Test
  void engineCheck_provesAStep() {
    Console.Outcome outcome = succeed("engine", "check");

    assertThat(outcome.out()).contains("PyTorch", "cpu");
  }
}
