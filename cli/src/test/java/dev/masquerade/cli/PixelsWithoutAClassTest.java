package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.data.scenes.SceneClasses;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of classes of which some pixels have none, as annotated data sets have them. */
class PixelsWithoutAClassTest {

  @TempDir private Path directory;

  private static Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  /** Takes the class from the left third of every map. */
  private static void edit(String name, byte[] bytes, Map<String, byte[]> into) {
    if (!name.endsWith(".semseg.png")) {
      into.put(name, bytes);
      return;
    }
    try {
      BufferedImage map = ImageIO.read(new ByteArrayInputStream(bytes));
      for (int y = 0; y < map.getHeight(); y++) {
        for (int x = 0; x < map.getWidth() / 3; x++) {
          map.getRaster().setSample(x, y, 0, 255);
        }
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(map, "png", png);
      into.put(name, png.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path tokenizer(Path manifest) throws IOException {
    Path file = directory.resolve("vq.textproto");
    Files.writeString(
        file,
        """
        name: "vq"
        model {
          tokenizer {
            encoder { dim: 24 depth: 1 heads: 2 }
            latent_dim: 8 codebook_size: 16
          }
        }
        modalities { name: "semseg@64" member: "semseg" patch_size: 16 vocabulary_size: %d }
        data { sources { manifest: "%s" } batch_size: 8 workers: 1 }
        schedule { peak_learning_rate: 2e-3 warm_up { steps: 2 } }
        train { steps: 8 precision: PRECISION_FP32 device: DEVICE_CPU }
        output { directory: "%s" }
        """
            .formatted(SceneClasses.all().size(), manifest, directory.resolve("vq")));
    succeed("tokenizer", "train", file);
    return directory.resolve("vq");
  }

  @Test
  void mapsWithSuchPixels_areTrainedOn_evaluatedAndDrawn() throws IOException {
    Path manifest = TinyScenes.get().copy(directory, PixelsWithoutAClassTest::edit);
    Path vq = tokenizer(manifest);
    Path run =
        TinyScenes.get()
            .run(
                directory,
                manifest,
                "modalities { name: \"tok_semseg@64\" member: \"semseg\" tokenizer: \""
                    + vq
                    + "\" }");
    Files.writeString(
        run,
        Files.readString(run)
            .replace(
                "augmentation { crop: CROP_PRETOKENISED }",
                "validation { manifest: \"" + manifest + "\" split: \"train\" }"));
    succeed("pretrain", run, "--set", "train.steps=2", "--set", "data.batch_size=4");

    Path out = directory.resolve("out");
    Console.Outcome evaluated = succeed("evaluate", out, "--samples", 4, "--pictures", 2);
    assertThat(evaluated.err()).doesNotContain("left out");
    measured(out.resolve("evaluation.json"), "pairs", "target");
    assertThat(out.resolve("figures").resolve("tok_semseg@64.png")).exists();

    Path old = Files.writeString(out.resolve("figures/generated-caption.png"), "of another task");
    succeed("evaluate", out, "--pairs", "rgb:tok_semseg", "--samples", 4, "--pictures", 1);
    assertThat(old).doesNotExist();
    assertThat(out.resolve("figures/generated-rgb.png")).exists();
    measured(out.resolve("generation.json"), "tasks", "targets");
  }

  private static void measured(Path file, String list, String target) throws IOException {
    boolean found = false;
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    for (JsonElement element : json.getAsJsonArray(list)) {
      JsonObject task = element.getAsJsonObject();
      if (task.get(target).toString().contains("tok_semseg")) {
        JsonObject first = task.getAsJsonArray("metrics").get(0).getAsJsonObject();
        assertThat(task.get("samples").getAsInt()).isEqualTo(4);
        assertThat(first.get("name").getAsString()).isEqualTo("miou");
        for (String number : new String[] {"model", "prior", "tokenizer_bound"}) {
          assertThat(first.get(number).getAsDouble()).isBetween(0.0, 1.0);
        }
        found = true;
      }
    }
    assertThat(found).isTrue();
  }
}
