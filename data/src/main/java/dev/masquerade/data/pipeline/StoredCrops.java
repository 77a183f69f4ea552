package dev.masquerade.data.pipeline;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The places of crops that tokens were computed for ahead of training, as the member {@value
 * #MEMBER} beside the tokens holds them: one row per crop of top, left, height, width, flipped (0
 * or 1), all in pixels, then height and width of the picture they are pixels of.
 */
public final class StoredCrops {

  /** Name of the member, after the key and its dot. */
  public static final String MEMBER = "crop_settings.npy";

  private static final int COLUMNS = 7;

  private StoredCrops() {}

  /** Writes views of a picture, which lie on its pixels. */
  public static byte[] write(List<View> views, FrameSize picture) {
    int[] rows = new int[views.size() * COLUMNS];
    int at = 0;
    for (View view : views) {
      rows[at++] = (int) Math.rint(view.top() * picture.height());
      rows[at++] = (int) Math.rint(view.left() * picture.width());
      rows[at++] = (int) Math.rint(view.height() * picture.height());
      rows[at++] = (int) Math.rint(view.width() * picture.width());
      rows[at++] = view.flipped() ? 1 : 0;
      rows[at++] = picture.height();
      rows[at++] = picture.width();
    }
    return NpyArray.write(rows, views.size(), COLUMNS);
  }

  /**
   * Reads views.
   *
   * @throws BadSampleException if the member is not such a table
   */
  public static List<View> read(byte[] member) throws BadSampleException {
    NpyArray rows = NpyArray.read(member);
    if (rows.rank() != 2 || rows.dimension(1) != COLUMNS || rows.type().isReal()) {
      throw new BadSampleException(
          MEMBER
              + " must hold (crops, "
              + COLUMNS
              + ") whole numbers, has the shape "
              + rows.shape());
    }
    List<View> views = new ArrayList<>();
    for (int crop = 0; crop < rows.dimension(0); crop++) {
      int at = crop * COLUMNS;
      double height = rows.whole(at + 5);
      double width = rows.whole(at + 6);
      try {
        views.add(
            new View(
                rows.whole(at) / height,
                rows.whole(at + 1) / width,
                rows.whole(at + 2) / height,
                rows.whole(at + 3) / width,
                rows.whole(at + 4) != 0,
                crop));
      } catch (IllegalArgumentException e) {
        throw new BadSampleException(
            "crop " + crop + " of " + MEMBER + " lies outside its picture", e);
      }
    }
    return views;
  }
}
