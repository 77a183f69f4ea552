package dev.masquerade.modality.text;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ObjectBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads {@code v0=xmin v1=ymin v2=xmax v3=ymax class} back: four numbers in this order, then the
 * pieces of a name up to the next {@code v0}.
 *
 * @param tokenizer that wrote them
 * @param bins in which corners were counted
 */
record BoxText(TextTokenizer tokenizer, int bins) implements BoxCodec {

  private static final int CORNERS = 4;

  @Override
  public List<ObjectBox> boxes(int[] ids) {
    List<ObjectBox> boxes = new ArrayList<>();
    int at = 0;
    while (at < ids.length) {
      if (number(ids[at], 0).isEmpty()) {
        at++;
        continue;
      }
      int end = at + 1;
      while (end < ids.length && number(ids[end], 0).isEmpty()) {
        end++;
      }
      box(Arrays.copyOfRange(ids, at, end)).ifPresent(boxes::add);
      at = end;
    }
    return boxes;
  }

  @Override
  public void require(String text, boolean whole) throws BadSampleException {
    new WrittenBoxes(bins, whole).require(text);
  }

  private Optional<ObjectBox> box(int[] ids) {
    double[] corners = new double[CORNERS];
    for (int corner = 0; corner < CORNERS; corner++) {
      OptionalInt bin = corner < ids.length ? number(ids[corner], corner) : OptionalInt.empty();
      if (bin.isEmpty()) {
        return Optional.empty();
      }
      corners[corner] = Math.min(1, (double) bin.getAsInt() / (bins - 1));
    }
    String name = tokenizer.decode(Arrays.copyOfRange(ids, CORNERS, ids.length)).strip();
    boolean extent = corners[0] < corners[2] && corners[1] < corners[3];
    return extent && !name.isEmpty()
        ? Optional.of(new ObjectBox(corners[0], corners[1], corners[2], corners[3], name))
        : Optional.empty();
  }

  /** Returns the number of a token such as {@code v2=17}. */
  private OptionalInt number(int id, int corner) {
    String token = tokenizer.token(id);
    String start = "v" + corner + "=";
    if (!token.startsWith(start)) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(token.substring(start.length())));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
