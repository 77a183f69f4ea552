package dev.masquerade.modality.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * The 21 kinds, their numbers and their bins are those of 4M-21 [1], so that its models read our
 * metadata and we read theirs. Image sizes are divided by 32; counts stand as they are; scores are
 * spread over 50 bins between two bounds, or over bins with bounds of their own.
 *
 * [1] https://arxiv.org/abs/2406.09406
 */
/** Metadata of a picture as {@code v1=kind v0=value}, a chunk per kind. */
final class MetadataChunks {

  private static final int LARGEST = 999;
  private static final int IMAGE_BIN = 32;
  private static final int SCORE_BINS = 50;

  private static final Map<String, Integer> NUMBERS = new LinkedHashMap<>();
  private static final Map<String, Double> SCORE_LIMITS =
      Map.of(
          "colorfulness", 150.0,
          "brightness", 255.0,
          "contrast", 127.0,
          "saturation", 255.0,
          "entropy", 10.0,
          "walkability", 1.0,
          "objectness", 1.0,
          "geometric_complexity", 0.75,
          "occlusion_score", 0.25);
  private static final Map<String, double[]> BOUNDS =
      Map.of(
          "watermark_score", new double[] {0.5},
          "aesthetic_score", new double[] {4.5, 5.5});

  static {
    for (String kind :
        List.of(
            "original_width",
            "original_height",
            "caption_n_chars",
            "caption_n_words",
            "caption_n_sentences",
            "n_humans",
            "n_sam_instances",
            "n_coco_instances",
            "coco_instance_diversity",
            "colorfulness",
            "brightness",
            "contrast",
            "saturation",
            "entropy",
            "walkability",
            "objectness",
            "semantic_diversity",
            "geometric_complexity",
            "occlusion_score",
            "watermark_score",
            "aesthetic_score")) {
      NUMBERS.put(kind, NUMBERS.size());
    }
  }

  private MetadataChunks() {}

  static List<String> chunks(JsonElement content) throws BadSampleException {
    if (!content.isJsonObject()) {
      throw new BadSampleException("metadata must be a JSON object of names and numbers");
    }
    JsonObject object = content.getAsJsonObject();
    List<String> chunks = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Integer number = NUMBERS.get(entry.getKey());
      if (number == null) {
        throw new BadSampleException(
            "\""
                + entry.getKey()
                + "\" is not a known kind of metadata."
                + NearestName.of(entry.getKey(), NUMBERS.keySet())
                    .map(name -> " Did you mean \"" + name + "\"?")
                    .orElse(""));
      }
      double value = TextMember.number(entry.getValue(), "metadata " + entry.getKey());
      chunks.add("v1=" + number + " v0=" + bin(entry.getKey(), value));
    }
    return chunks;
  }

  private static int bin(String kind, double value) {
    Double limit = SCORE_LIMITS.get(kind);
    if (limit != null) {
      double fraction = Math.max(0, Math.min(value, limit)) / limit;
      return (int) (fraction * (SCORE_BINS - 1));
    }
    double[] bounds = BOUNDS.get(kind);
    if (bounds != null) {
      int bin = 0;
      while (bin < bounds.length && value >= bounds[bin]) {
        bin++;
      }
      return bin;
    }
    boolean length = kind.startsWith("original_");
    return (int) Math.max(0, Math.min(Math.floor(length ? value / IMAGE_BIN : value), LARGEST));
  }
}
