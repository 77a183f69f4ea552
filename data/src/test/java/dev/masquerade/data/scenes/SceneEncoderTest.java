package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class SceneEncoderTest {

  private static final int SIZE = 48;
  private static final Scene SCENE = Scene.sample(8, 21);
  private static final SceneFrames FRAMES = SceneRenderer.render(SCENE, SIZE);

  @Test
  void members_areNamedByModalityAndFormat() {
    assertThat(encode(PictureFormat.JPEG).keySet())
        .containsExactly(
            "rgb.jpg",
            "depth.png",
            "normal.png",
            "semseg.png",
            "edges.png",
            "det.json",
            "caption.txt",
            "metadata.json",
            "scene.json",
            "label.json");
    assertThat(encode(PictureFormat.PNG)).containsKey("rgb.png").doesNotContainKey("rgb.jpg");
  }

  @Test
  void pngPictures_decodeToTheFrames() throws IOException {
    Map<String, byte[]> members = encode(PictureFormat.PNG);
    Raster rgb = raster(members, "rgb.png");
    Raster depth = raster(members, "depth.png");
    Raster normal = raster(members, "normal.png");
    Raster semseg = raster(members, "semseg.png");
    Raster edges = raster(members, "edges.png");
    assertThat(depth.getSampleModel().getSampleSize(0)).isEqualTo(16);
    for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
      int x = pixel % SIZE;
      int y = pixel / SIZE;
      for (int channel = 0; channel < 3; channel++) {
        assertThat(rgb.getSample(x, y, channel)).isEqualTo(FRAMES.rgb[3 * pixel + channel] & 0xff);
        assertThat(normal.getSample(x, y, channel) / 127.5 - 1)
            .isBetween(
                FRAMES.normals[3 * pixel + channel] - 0.004,
                FRAMES.normals[3 * pixel + channel] + 0.004);
      }
      assertThat(depth.getSample(x, y, 0) / SceneEncoder.DEPTH_SCALE)
          .isBetween(FRAMES.depth[pixel] - 0.0002, FRAMES.depth[pixel] + 0.0002);
      assertThat(semseg.getSample(x, y, 0)).isEqualTo(FRAMES.classes[pixel]);
      assertThat(edges.getSample(x, y, 0)).isEqualTo(FRAMES.edges[pixel] ? 255 : 0);
    }
  }

  @Test
  void jpegPictures_areCloseToTheFrames() throws IOException {
    Raster rgb = raster(encode(PictureFormat.JPEG), "rgb.jpg");
    double sum = 0;
    for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        int stored = rgb.getSample(pixel % SIZE, pixel / SIZE, channel);
        sum += Math.abs(stored - (FRAMES.rgb[3 * pixel + channel] & 0xff));
      }
    }
    assertThat(sum / (3 * SIZE * SIZE)).isLessThan(3);
  }

  @Test
  void boxes_listEverySolidWithClassAndScore() {
    JsonObject boxes = json(encode(PictureFormat.JPEG), "det.json");
    JsonArray instances = boxes.getAsJsonArray("instances");

    assertThat(instances).hasSize(SCENE.objects().size());
    for (int i = 0; i < instances.size(); i++) {
      JsonObject instance = instances.get(i).getAsJsonObject();
      SceneBox box = FRAMES.box(i).orElseThrow();
      assertThat(instance.get("class_name").getAsString())
          .isEqualTo(SCENE.objects().get(i).shape().word());
      assertThat(instance.get("score").getAsDouble()).isEqualTo(1);
      assertThat(instance.getAsJsonArray("boxes").asList().stream().map(JsonElement::getAsDouble))
          .containsExactly(box.left(), box.top(), box.right(), box.bottom());
    }
  }

  @Test
  void caption_isThatOfTheScene() {
    String caption =
        new String(encode(PictureFormat.JPEG).get("caption.txt"), StandardCharsets.UTF_8);

    assertThat(SceneCaption.parse(caption)).isEqualTo(SceneCaption.of(SCENE));
  }

  @Test
  void description_countsWhatTheSceneHolds() {
    JsonObject description = json(encode(PictureFormat.JPEG), "scene.json");
    JsonObject counts = description.getAsJsonObject("counts");
    int sum = 0;
    for (Shape shape : Shape.values()) {
      sum += counts.get(shape.word()).getAsInt();
    }
    assertThat(sum).isEqualTo(SCENE.objects().size());
    assertThat(description.get("object_count").getAsInt()).isEqualTo(SCENE.objects().size());
    assertThat(description.getAsJsonArray("objects")).hasSize(SCENE.objects().size());
  }

  @Test
  void metadata_areNumbersAboutTheScene() {
    JsonObject metadata = json(encode(PictureFormat.JPEG), "metadata.json");
    String caption = SceneCaption.write(SCENE);

    assertThat(metadata.get("original_width").getAsInt()).isEqualTo(SIZE);
    assertThat(metadata.get("caption_n_chars").getAsInt()).isEqualTo(caption.length());
    assertThat(metadata.get("n_coco_instances").getAsInt()).isEqualTo(SCENE.objects().size());
    assertThat(metadata.get("brightness").getAsDouble()).isBetween(60.0, 220.0);
    assertThat(metadata.get("contrast").getAsDouble()).isBetween(10.0, 90.0);
  }

  @Test
  void label_namesTheSolidThatCoversMost() {
    JsonObject label = json(encode(PictureFormat.JPEG), "label.json");
    int main = 0;
    for (int i = 1; i < SCENE.objects().size(); i++) {
      main = FRAMES.visiblePixels(i) > FRAMES.visiblePixels(main) ? i : main;
    }
    assertThat(label.get("label").getAsString()).isEqualTo(SCENE.objects().get(main).label());
    assertThat(label.get("class_id").getAsInt()).isBetween(0, 23);
  }

  private static Map<String, byte[]> encode(PictureFormat format) {
    try (SceneEncoder encoder = new SceneEncoder(format)) {
      return encoder.encode(SCENE, FRAMES).members();
    }
  }

  private static byte[] member(Map<String, byte[]> members, String name) {
    byte[] bytes = members.get(name);
    if (bytes == null) {
      throw new AssertionError("no member " + name + " in " + members.keySet());
    }
    return bytes;
  }

  private static Raster raster(Map<String, byte[]> members, String name) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(member(members, name)));
    if (name.startsWith("rgb")) {
      BufferedImage rgb = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
        rgb.setRGB(pixel % SIZE, pixel / SIZE, image.getRGB(pixel % SIZE, pixel / SIZE));
      }
      return rgb.getRaster();
    }
    return image.getRaster();
  }

  private static JsonObject json(Map<String, byte[]> members, String name) {
    return JsonParser.parseString(new String(member(members, name), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }
}
