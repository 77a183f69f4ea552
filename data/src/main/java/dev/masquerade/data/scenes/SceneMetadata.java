package dev.masquerade.data.scenes;

import com.google.gson.JsonObject;
import java.util.stream.IntStream;

/**
 * Numbers about a scene, of those kinds of 4M-21 that a rendered picture has: sizes, lengths of the
 * caption, counts of solids, and how bright and rich in contrast its colours are.
 *
 * @see <a href="https://arxiv.org/abs/2406.09406">4M-21: An Any-to-Any Vision Model</a>
 */
final class SceneMetadata {

  private SceneMetadata() {}

  static JsonObject of(Scene scene, SceneFrames frames, String caption) {
    int[] seen =
        IntStream.range(0, scene.objects().size())
            .filter(object -> frames.visiblePixels(object) > 0)
            .toArray();
    JsonObject metadata = new JsonObject();
    metadata.addProperty("original_width", frames.size);
    metadata.addProperty("original_height", frames.size);
    metadata.addProperty("caption_n_chars", caption.length());
    metadata.addProperty("caption_n_words", caption.split(" ", -1).length);
    metadata.addProperty("caption_n_sentences", caption.chars().filter(c -> c == '.').count());
    metadata.addProperty("n_coco_instances", seen.length);
    metadata.addProperty(
        "coco_instance_diversity",
        IntStream.of(seen).mapToObj(i -> scene.objects().get(i).shape()).distinct().count());
    double sum = 0;
    double squares = 0;
    int pixels = frames.size * frames.size;
    for (int i = 0; i < pixels; i++) {
      double luma = luma(frames.rgb, 3 * i);
      sum += luma;
      squares += luma * luma;
    }
    double mean = sum / pixels;
    metadata.addProperty("brightness", rounded(mean));
    metadata.addProperty(
        "contrast", rounded(Math.sqrt(Math.max(0, squares / pixels - mean * mean))));
    return metadata;
  }

  /** Luma of ITU-R BT.601, in [0, 255]. */
  private static double luma(byte[] rgb, int at) {
    return 0.299 * (rgb[at] & 0xff) + 0.587 * (rgb[at + 1] & 0xff) + 0.114 * (rgb[at + 2] & 0xff);
  }

  private static double rounded(double value) {
    return Math.rint(value * 100) / 100;
  }
}
