package dev.masquerade.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.augment.ResizedCentreCrop;
import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.data.augment.SingleDrawCrop;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.ViewSampler;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/**
 * Cropping, resizing and normalising against MAE's, {@code mae/preprocess.*}: boxes exactly, 8-bit
 * pictures to one level, normalised ones to 1e-5 where their 8 bits agree.
 */
class PreprocessGoldenTest {

  private static final Path JSON = TransferGoldens.of("mae").resolve("preprocess.json");

  /** Gives recorded draws in their order, as the shares of their ranges that they are. */
  private static final class Replay implements UniformRandomProvider {
    private final Iterator<JsonElement> draws;

    Replay(JsonArray draws) {
      this.draws = draws.iterator();
    }

    private JsonObject next(String kind) {
      JsonObject draw = draws.next().getAsJsonObject();
      assertThat(draw.get("op").getAsString()).isEqualTo(kind);
      return draw;
    }

    @Override
    public double nextDouble() {
      JsonObject draw = next("uniform_");
      double low = draw.getAsJsonArray("args").get(0).getAsDouble();
      double high = draw.getAsJsonArray("args").get(1).getAsDouble();
      return (draw.get("result").getAsDouble() - low) / (high - low);
    }

    @Override
    public int nextInt(int bound) {
      JsonObject draw = next("randint");
      assertThat(draw.getAsJsonArray("args").get(0).getAsInt()).isZero();
      assertThat(draw.getAsJsonArray("args").get(1).getAsInt()).isEqualTo(bound);
      return draw.get("result").getAsInt();
    }

    @Override
    public long nextLong() {
      throw new AssertionError("no crop draws 64 bits");
    }
  }

  @Test
  void randomCrops_areTheReferences() {
    JsonArray replays = GoldenFiles.read(JSON).getAsJsonArray("random_resized_crop_replays");
    assertThat(replays).isNotEmpty();
    for (JsonElement element : replays) {
      JsonObject replay = element.getAsJsonObject();
      int width = replay.getAsJsonArray("image_wh").get(0).getAsInt();
      int height = replay.getAsJsonArray("image_wh").get(1).getAsInt();
      Replay draws = new Replay(replay.getAsJsonArray("draws"));

      View view = crop(replay).view(SampleFrame.of(height, width), draws);

      JsonArray box = replay.getAsJsonArray("box_top_left_height_width");
      assertThat(
              List.of(
                  Math.round(view.top() * height),
                  Math.round(view.left() * width),
                  Math.round(view.height() * height),
                  Math.round(view.width() * width)))
          .as("%s", replay)
          .containsExactlyElementsOf(box.asList().stream().map(JsonElement::getAsLong).toList());
      assertThat(draws.draws.hasNext()).as("every draw is used").isFalse();
    }
  }

  private static Augmenter crop(JsonObject replay) {
    double minScale = replay.getAsJsonArray("scale").get(0).getAsDouble();
    double maxScale = replay.getAsJsonArray("scale").get(1).getAsDouble();
    double minRatio = replay.getAsJsonArray("ratio").get(0).getAsDouble();
    double maxRatio = replay.getAsJsonArray("ratio").get(1).getAsDouble();
    return replay.get("kind").getAsString().equals("linprobe")
        ? new SingleDrawCrop(minScale, maxScale, minRatio, maxRatio, 0)
        : new RandomResizedCrop(minScale, maxScale, minRatio, maxRatio, 0);
  }

  @Test
  void cropsAndResizing_areTheReferencesToOneLevel() throws IOException {
    JsonArray boxes = GoldenFiles.read(JSON).getAsJsonArray("crop_boxes_top_left_height_width");
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(JSON))) {
      PixelImage image = picture(file, "image_hwc_u8");
      PixelImage shorter = picture(file, "resize_shorter_u8");
      compare(
          new ViewSampler(shorter.height(), shorter.width(), ResizeFilter.BICUBIC)
              .colours(image, View.WHOLE),
          shorter);
      for (int i = 0; i < boxes.size(); i++) {
        View view = box(boxes.get(i).getAsJsonArray(), image);
        for (ResizeFilter filter : List.of(ResizeFilter.BICUBIC, ResizeFilter.BILINEAR)) {
          String name = "crop" + i + "_" + filter.name().toLowerCase(Locale.ROOT) + "_u8";
          PixelImage expected = picture(file, name);
          compare(
              new ViewSampler(expected.height(), expected.width(), filter).colours(image, view),
              expected);
        }
      }
    }
  }

  @Test
  void normalisedTensors_areTheReferences() throws IOException {
    JsonObject json = GoldenFiles.read(JSON);
    int crop = json.get("center_crop").getAsInt();
    ResizedCentreCrop evaluation =
        new ResizedCentreCrop(json.get("eval_resize_shorter").getAsInt(), crop);
    ViewSampler sampler = new ViewSampler(crop, crop, ResizeFilter.BICUBIC);
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(JSON))) {
      PixelImage image = picture(file, "image_hwc_u8");
      View middle =
          evaluation.view(
              SampleFrame.of(image.height(), image.width()), new Replay(new JsonArray()));
      assertThat(normalised(sampler.colours(image, middle), json))
          .containsExactly(file.floats("eval_tensor"), within(1e-5f));

      View first =
          box(
                  json.getAsJsonArray("crop_boxes_top_left_height_width").get(0).getAsJsonArray(),
                  image)
              .withFlip();
      assertThat(normalised(sampler.colours(image, first), json))
          .containsExactly(file.floats("crop0_bicubic_flip_tensor"), within(1e-5f));
    }
  }

  private static View box(JsonArray box, PixelImage image) {
    return new View(
        box.get(0).getAsDouble() / image.height(),
        box.get(1).getAsDouble() / image.width(),
        box.get(2).getAsDouble() / image.height(),
        box.get(3).getAsDouble() / image.width(),
        false,
        0);
  }

  private static void compare(PixelImage seen, PixelImage expected) {
    for (int i = 0; i < expected.samples().length; i++) {
      assertThat(seen.samples()[i] & 0xff).isCloseTo(expected.samples()[i] & 0xff, within(1));
    }
  }

  /** Returns (channels, height, width) numbers. */
  private static float[] normalised(PixelImage image, JsonObject json) {
    int pixels = image.height() * image.width();
    float[] values = new float[image.samples().length];
    for (int i = 0; i < values.length; i++) {
      int channel = i % image.channels();
      double mean = json.getAsJsonArray("mean").get(channel).getAsDouble();
      double deviation = json.getAsJsonArray("std").get(channel).getAsDouble();
      values[channel * pixels + i / image.channels()] =
          (float) (((image.samples()[i] & 0xff) / 255.0 - mean) / deviation);
    }
    return values;
  }

  private static PixelImage picture(SafetensorsFile file, String name) throws IOException {
    List<Long> shape = file.get(name).shape();
    ByteBuffer bytes = file.bytes(name);
    byte[] samples = new byte[bytes.remaining()];
    bytes.get(samples);
    return new PixelImage(
        Math.toIntExact(shape.get(0)),
        Math.toIntExact(shape.get(1)),
        Math.toIntExact(shape.get(2)),
        samples);
  }
}
