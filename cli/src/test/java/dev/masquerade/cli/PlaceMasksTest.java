package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The masks of autoencoders, as the command draws them. A picture of 64 pixels is 8 x 8 places. */
class PlaceMasksTest {

  @TempDir private Path directory;

  @Test
  void hiddenPlaces_areThoseToPredict() throws IOException {
    assertThat(drawn("places { ratio: 0.75 }")).contains("16 in · 48 out");
    assertThat(drawn("places { kind: PLACE_KIND_GRID cell_places: 4 ratio: 0.5 }"))
        .contains("32 in · 32 out");
    assertThat(drawn("places { kind: PLACE_KIND_TUBE frames: 2 ratio: 0.75 }"))
        .contains("16 in · 48 out");
  }

  @Test
  void placesOfNoBlock_areDropped() throws IOException {
    assertThat(drawn("places { kind: PLACE_KIND_MULTI_BLOCK }"))
        .containsPattern("\\d+ in · \\d+ out")
        .doesNotContain("16 in · 48 out");
  }

  @Test
  void budgetOfTasks_isSpent() throws IOException {
    assertThat(drawn("tasks { visible_tokens: 11 }")).contains("11 in · 53 out");
  }

  @Test
  void pictureOfAnotherFormat_isRefusedBeforeTheRunIsRead() {
    Path out = directory.resolve("masks.jpg");

    Console.Outcome outcome =
        Console.run("masks", directory.resolve("none.textproto"), "--out", out);

    assertThat(outcome.message())
        .isEqualTo("--out " + out + ": figures are written as .png or .svg. Give it such a name.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void masksThatLeaveNothing_areRefusedBeforeAnythingIsRead() throws IOException {
    Console.Outcome refused =
        Console.run(
            "masks", run("places { ratio: 0.99 }"), "--out", directory.resolve("masks.svg"));

    assertThat(refused.code()).isNotZero();
    assertThat(refused.err())
        .contains("masking.places: rgb@64: a mask ratio of 0.99 leaves the encoder none of 64");
  }

  private String drawn(String masking) throws IOException {
    Path picture = directory.resolve("masks.svg");
    Console.Outcome outcome = Console.run("masks", run(masking), "--samples", 2, "--out", picture);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return Files.readString(picture);
  }

  private Path run(String masking) throws IOException {
    Path file = directory.resolve("run.textproto");
    Files.writeString(
        file,
        """
        name: "masks"
        model { preset: "mae_vit_tiny" }
        modalities { name: "rgb@64" patch_size: 8 }
        masking { %s }
        data { sources { manifest: "%s" } batch_size: 4 workers: 1 }
        schedule { peak_learning_rate: 1e-3 }
        train { steps: 1 }
        """
            .formatted(masking, TinyScenes.get().manifest()));
    return file;
  }
}
