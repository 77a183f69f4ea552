package dev.masquerade.data.scenes;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Stores a scene and its frames as members of a sample.
 *
 * <table>
 *   <caption>Members</caption>
 *   <tr><th>suffix</th><th>content</th></tr>
 *   <tr><td>rgb.jpg, rgb.png</td><td>8-bit sRGB</td></tr>
 *   <tr><td>depth.png</td><td>16-bit, {@link #DEPTH_SCALE} steps per scene unit along the optical
 *       axis, rounded; it ends at 21.8, beyond any sampled scene</td></tr>
 *   <tr><td>normal.png</td><td>8-bit, red right, green up, blue towards the viewer, each {@code
 *       127.5 (n + 1)}, rounded</td></tr>
 *   <tr><td>semseg.png</td><td>8-bit class ids, see {@link SceneClasses}</td></tr>
 *   <tr><td>edges.png</td><td>8-bit, 255 on edges and 0 elsewhere</td></tr>
 *   <tr><td>det.json</td><td>what is seen of each solid: class, box as fractions, score 1</td></tr>
 *   <tr><td>caption.txt</td><td>English, see {@link SceneCaption}</td></tr>
 *   <tr><td>metadata.json</td><td>numbers of the kinds 4M-21 knows</td></tr>
 *   <tr><td>scene.json</td><td>counts, camera, light, surroundings, solids</td></tr>
 *   <tr><td>label.json</td><td>shape and colour of the solid that covers most pixels</td></tr>
 * </table>
 *
 * <p>For one thread at a time. Equal scenes give equal bytes, on one Java runtime; JPEG and deflate
 * may differ in their bytes, not their content, between runtimes.
 */
public final class SceneEncoder implements AutoCloseable {

  /** Steps of stored depth per scene unit. */
  public static final double DEPTH_SCALE = 3000;

  private static final double JPEG_QUALITY = 0.92;

  private final PictureFormat format;
  private final JpegEncoder jpeg = new JpegEncoder(JPEG_QUALITY);
  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();

  /** Creates an encoder that stores colour in a format. */
  public SceneEncoder(PictureFormat format) {
    this.format = format;
  }

  /**
   * Stores a scene.
   *
   * @param scene what was rendered
   * @param frames its frames
   */
  public SceneSample encode(Scene scene, SceneFrames frames) {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("rgb." + format.extension(), colour(frames));
    members.put("depth.png", depth(frames));
    members.put("normal.png", normals(frames));
    members.put("semseg.png", PngBytes.gray(frames.size, frames.classes));
    members.put("edges.png", edges(frames));
    members.put("det.json", json(detections(scene, frames)));
    String caption = SceneCaption.write(scene);
    members.put("caption.txt", caption.getBytes(StandardCharsets.UTF_8));
    members.put("metadata.json", json(SceneMetadata.of(scene, frames, caption)));
    members.put("scene.json", json(description(scene, frames)));
    members.put("label.json", json(label(scene, frames)));
    return new SceneSample(scene.key(), members);
  }

  @Override
  public void close() {
    jpeg.close();
  }

  private byte[] colour(SceneFrames frames) {
    return switch (format) {
      case JPEG -> jpeg.encode(frames.size, frames.rgb);
      case PNG -> PngBytes.rgb(frames.size, frames.rgb);
    };
  }

  private static byte[] depth(SceneFrames frames) {
    char[] steps = new char[frames.depth.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (char) Math.min(Character.MAX_VALUE, (int) (frames.depth[i] * DEPTH_SCALE + 0.5));
    }
    return PngBytes.gray16(frames.size, steps);
  }

  private static byte[] normals(SceneFrames frames) {
    byte[] samples = new byte[frames.normals.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (int) (127.5 * (frames.normals[i] + 1) + 0.5);
    }
    return PngBytes.rgb(frames.size, samples);
  }

  private static byte[] edges(SceneFrames frames) {
    byte[] samples = new byte[frames.edges.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = frames.edges[i] ? (byte) 255 : 0;
    }
    return PngBytes.gray(frames.size, samples);
  }

  private static JsonObject detections(Scene scene, SceneFrames frames) {
    JsonArray instances = new JsonArray();
    for (int i = 0; i < scene.objects().size(); i++) {
      Optional<SceneBox> box = frames.box(i);
      if (box.isEmpty()) {
        continue;
      }
      JsonArray corners = new JsonArray();
      corners.add(box.get().left());
      corners.add(box.get().top());
      corners.add(box.get().right());
      corners.add(box.get().bottom());
      JsonObject instance = new JsonObject();
      instance.add("boxes", corners);
      instance.addProperty("class_name", scene.objects().get(i).shape().word());
      instance.addProperty("score", 1.0);
      instances.add(instance);
    }
    JsonObject all = new JsonObject();
    all.addProperty("num_instances", instances.size());
    all.addProperty("image_height", frames.size);
    all.addProperty("image_width", frames.size);
    all.add("instances", instances);
    return all;
  }

  private static JsonObject description(Scene scene, SceneFrames frames) {
    JsonObject counts = new JsonObject();
    for (Shape shape : Shape.values()) {
      counts.addProperty(
          shape.word(), scene.objects().stream().filter(o -> o.shape() == shape).count());
    }
    JsonObject camera = new JsonObject();
    camera.addProperty("azimuth_degrees", degrees(scene.camera().azimuth()));
    camera.addProperty("elevation_degrees", degrees(scene.camera().elevation()));
    camera.addProperty("distance", rounded(scene.camera().distance()));
    camera.addProperty("field_of_view_degrees", degrees(scene.camera().fieldOfView()));
    JsonObject light = new JsonObject();
    light.addProperty("azimuth_degrees", degrees(scene.light().azimuth()));
    light.addProperty("elevation_degrees", degrees(scene.light().elevation()));
    JsonArray objects = new JsonArray();
    for (int i = 0; i < scene.objects().size(); i++) {
      objects.add(object(scene.objects().get(i), frames, i));
    }
    JsonObject all = new JsonObject();
    all.addProperty("seed", scene.seed());
    all.addProperty("index", scene.index());
    all.addProperty("size", frames.size);
    all.addProperty("object_count", scene.objects().size());
    all.addProperty("object_coverage", rounded(frames.coverage()));
    all.add("counts", counts);
    all.addProperty("table", scene.surroundings().table().word());
    all.addProperty("wall", scene.surroundings().wall().word());
    all.add("camera", camera);
    all.add("light", light);
    all.add("objects", objects);
    return all;
  }

  private static JsonObject object(SceneObject solid, SceneFrames frames, int number) {
    JsonObject object = new JsonObject();
    object.addProperty("shape", solid.shape().word());
    object.addProperty("colour", solid.paint().word());
    object.addProperty("size", solid.magnitude().word());
    object.addProperty("x", rounded(solid.x()));
    object.addProperty("y", rounded(solid.y()));
    object.addProperty("radius", rounded(solid.radius()));
    object.addProperty("height", rounded(solid.height()));
    object.addProperty(
        "visible_share",
        rounded(frames.visiblePixels(number) / (double) (frames.size * frames.size)));
    return object;
  }

  private static JsonObject label(Scene scene, SceneFrames frames) {
    SceneObject main = scene.objects().get(0);
    int most = -1;
    for (int i = 0; i < scene.objects().size(); i++) {
      int visible = frames.visiblePixels(i);
      if (visible > most) {
        most = visible;
        main = scene.objects().get(i);
      }
    }
    JsonObject label = new JsonObject();
    label.addProperty("label", main.label());
    label.addProperty(
        "class_id", main.shape().ordinal() * Paint.values().length + main.paint().ordinal());
    label.addProperty("class_count", Shape.values().length * Paint.values().length);
    label.addProperty("shape", main.shape().word());
    label.addProperty("colour", main.paint().word());
    return label;
  }

  private byte[] json(JsonObject object) {
    return gson.toJson(object).getBytes(StandardCharsets.UTF_8);
  }

  private static double degrees(double radians) {
    return Math.rint(radians * (180 / Math.PI) * 100) / 100;
  }

  private static double rounded(double value) {
    return Math.rint(value * 10_000) / 10_000;
  }
}
