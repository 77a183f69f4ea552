package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Foreign weights through the commands. The files are golden files of the MAE reference. */
class CheckpointTest {

  @TempDir private Path directory;

  /** Copies a file of the test resources under a name. */
  private Path weights(String resource, String name) throws IOException {
    Path copy = directory.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(CheckpointTest.class.getResourceAsStream(resource), resource)) {
      Files.copy(in, copy);
    }
    return copy;
  }

  @Test
  void pickledEncoder_isShownAsWhatItIs() throws Exception {
    Path file = weights("mae_tiny_encoder_only.pth", "mae_pretrain_vit_tiny.pth");

    Console.Outcome shown = Console.run("checkpoint", "show", file);

    assertThat(shown.err()).isEmpty();
    assertThat(shown.out())
        .contains(
            "an encoder alone; names of MAE/timm below \"model.\"",
            "patches of 8 x 8 pixels with 3 channels",
            "model.blocks.0 to model.blocks.1",
            "model.patch_embed.proj: ",
            "values of F32")
        .doesNotContain("[48, 3, 8, 8]");
    assertThat(Console.run("checkpoint", "show", file, "--all").out())
        .contains("model.patch_embed.proj.weight", "[48, 3, 8, 8]");
    assertThat(shown.code()).isZero();
  }

  @Test
  void argumentsOfTraining_areShown() throws Exception {
    Console.Outcome shown =
        Console.run("checkpoint", "show", weights("resume.pth", "checkpoint-19.pth"));

    assertThat(shown.out()).contains("epoch = 19", "args.model = \"mae_vit_base_patch16\"");
  }

  @Test
  void convertedWeights_areShownUnderTheirNewNames() throws Exception {
    Path file = weights("mae_tiny_encoder_only.pth", "encoder.pth");
    Path out = directory.resolve("vit.safetensors");

    Console.Outcome converted =
        Console.run("checkpoint", "convert", file, out, "--names", "torchvision");
    Console.Outcome shown = Console.run("checkpoint", "show", out, "--all");

    assertThat(converted.code()).as(converted.err()).isZero();
    assertThat(converted.out()).isEqualToIgnoringNewLines(out.toString());
    assertThat(shown.out())
        .contains(
            "an encoder alone; names of torchvision",
            "encoder.layers.encoder_layer_0 to encoder.layers.encoder_layer_1",
            "self_attention.in_proj_weight",
            "converted_from = encoder.pth");
  }

  @Test
  void pictureInPlaceOfWeights_isCalledWhatItIs() throws Exception {
    Path photo = directory.resolve("photo.jpg");
    Files.write(photo, new byte[] {-1, -40, -1, -32, 0, 16, 'J', 'F', 'I', 'F', 0, 1});

    Console.Outcome shown = Console.run("checkpoint", "show", photo);

    assertThat(shown.message())
        .isEqualTo(
            photo
                + ": is a JPEG picture, not weights. Name a .safetensors file, a .pth file or a"
                + " run directory");
    assertThat(shown.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void whatIsThereAlready_isKept() throws Exception {
    Path file = weights("mae_tiny_encoder_only.pth", "encoder.pth");
    Path out = directory.resolve("there");
    Files.createDirectory(out);

    Console.Outcome refused = Console.run("checkpoint", "convert", file, out);

    assertThat(refused.message())
        .isEqualTo(out + ": exists already. Choose another name, or remove it.");
    assertThat(refused.code()).isEqualTo(FailureReport.MISTAKE);
    try (Stream<Path> inside = Files.list(out)) {
      assertThat(inside).isEmpty();
    }
  }

  @Test
  void mistakes_areNamedInOneMessage() throws Exception {
    Path resume = weights("resume.pth", "resume.pth");
    Path evil = directory.resolve("evil.pth");
    Files.write(
        evil,
        "\u0080\u0002cposix\nsystem\n(X\u0002\0\0\0lstR.".getBytes(StandardCharsets.ISO_8859_1));

    Console.Outcome other =
        Console.run("checkpoint", "convert", resume, directory.resolve("a"), "--names", "mae");
    Console.Outcome scheme =
        Console.run("checkpoint", "convert", resume, directory.resolve("a"), "--names", "keras");
    Console.Outcome harm = Console.run("checkpoint", "show", evil);
    Console.Outcome missing = Console.run("checkpoint", "show", directory.resolve("none.pth"));

    assertThat(other.message()).contains("resume.pth: holds no kind of weights", "not a vision");
    assertThat(scheme.message()).contains("keras", "MAE", "TORCHVISION", "LIGHTLY");
    assertThat(harm.message())
        .contains("evil.pth: refers to \"posix.system\"", "Nothing of it was");
    assertThat(missing.message()).contains("none.pth: there is no such file");
    assertThat(Stream.of(other, scheme, harm, missing).map(Console.Outcome::code))
        .containsOnly(FailureReport.MISTAKE);
    assertThat(directory.resolve("a")).doesNotExist();
  }
}
