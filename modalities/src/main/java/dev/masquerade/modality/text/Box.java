package dev.masquerade.modality.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An object's box, in fractions of the picture.
 *
 * @param left smallest x
 * @param top smallest y
 * @param right largest x
 * @param bottom largest y
 * @param name what it is
 * @param score how sure a detector was, 1 for what people drew
 */
record Box(double left, double top, double right, double bottom, String name, double score) {

  private static final double SLACK = 1e-3;

  double area() {
    return (right - left) * (bottom - top);
  }

  double distanceToOrigin() {
    return left * left + top * top;
  }

  /**
   * Returns the box as a view shows it: cut at its edges and flipped; empty where it is outside.
   */
  Optional<Box> in(View view) {
    double x0 = clip((left - view.left()) / view.width());
    double x1 = clip((right - view.left()) / view.width());
    double y0 = clip((top - view.top()) / view.height());
    double y1 = clip((bottom - view.top()) / view.height());
    if (x1 <= x0 || y1 <= y0) {
      return Optional.empty();
    }
    return Optional.of(
        view.flipped()
            ? new Box(1 - x1, y0, 1 - x0, y1, name, score)
            : new Box(x0, y0, x1, y1, name, score));
  }

  private static double clip(double fraction) {
    return Math.max(0, Math.min(1, fraction));
  }

  /**
   * Reads boxes: a list of objects, or an object that holds it as {@code instances} or {@code
   * boxes}. With {@code width} and {@code height} beside the list, corners are pixels; without,
   * they are fractions.
   */
  static List<Box> read(JsonElement content) throws BadSampleException {
    double width = 1;
    double height = 1;
    JsonElement list = content;
    if (content.isJsonObject()) {
      JsonObject object = content.getAsJsonObject();
      if (object.has("width") && object.has("height")) {
        width = TextMember.number(object.get("width"), "width");
        height = TextMember.number(object.get("height"), "height");
        if (!(width > 0 && height > 0)) {
          throw new BadSampleException("width and height must be positive");
        }
      }
      list = object.has("instances") ? object.get("instances") : object.get("boxes");
    }
    if (list == null || !list.isJsonArray()) {
      throw new BadSampleException(
          "boxes must be a JSON list, or an object with \"instances\" or \"boxes\"");
    }
    List<Box> boxes = new ArrayList<>();
    for (JsonElement item : list.getAsJsonArray()) {
      if (!item.isJsonObject()) {
        throw new BadSampleException("a box must be a JSON object, was " + item);
      }
      boxes.add(box(item.getAsJsonObject(), width, height));
    }
    return boxes;
  }

  private static Box box(JsonObject item, double width, double height) throws BadSampleException {
    JsonElement name = item.has("class") ? item.get("class") : item.get("class_name");
    JsonElement corners = item.has("box") ? item.get("box") : item.get("boxes");
    if (name == null || corners == null || !corners.isJsonArray()) {
      throw new BadSampleException(
          "a box needs \"class\" and \"box\": [x0, y0, x1, y1]; it has "
              + String.join(", ", item.keySet()));
    }
    JsonArray four = corners.getAsJsonArray();
    if (four.size() != 4) {
      throw new BadSampleException("a box needs 4 numbers [x0, y0, x1, y1], had " + four.size());
    }
    double[] corner = new double[4];
    for (int i = 0; i < 4; i++) {
      corner[i] = TextMember.number(four.get(i), "a corner") / (i % 2 == 0 ? width : height);
      if (corner[i] < -SLACK || corner[i] > 1 + SLACK) {
        throw new BadSampleException(
            "a corner lies outside the picture: "
                + four
                + ". Corners are fractions, or pixels where width and height stand beside the list");
      }
      corner[i] = clip(corner[i]);
    }
    double score = item.has("score") ? TextMember.number(item.get("score"), "a score") : 1;
    return new Box(
        Math.min(corner[0], corner[2]),
        Math.min(corner[1], corner[3]),
        Math.max(corner[0], corner[2]),
        Math.max(corner[1], corner[3]),
        TextMember.string(name, "a class"),
        score);
  }
}
