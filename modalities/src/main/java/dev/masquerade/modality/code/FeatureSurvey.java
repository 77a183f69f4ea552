package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;

/**
 * Takes width and grid of features from the shape of the first array.
 *
 * <p>Of three dimensions the two that are alike, at one end, are the grid, else the larger of first
 * and last is the width; four are several crops of three. Of two, the last is the width.
 */
final class FeatureSurvey implements MemberSurvey {

  private int rows;
  private int columns;
  private int width;

  @Override
  public boolean look(byte[] bytes, String extension) throws BadSampleException {
    NpyArray array = FeatureReader.array(bytes, extension);
    if (!array.type().isReal()) {
      throw new BadSampleException("features must be real numbers, were " + array.type());
    }
    int rank = array.rank();
    switch (rank) {
      case 1 -> found(1, 1, array.dimension(0));
      case 2 -> {
        int places = array.dimension(0);
        int edge = (int) Math.round(Math.sqrt(places));
        boolean square = edge * edge == places;
        found(square ? edge : 1, square ? edge : places, array.dimension(1));
      }
      case 3, 4 ->
          grid(array.dimension(rank - 3), array.dimension(rank - 2), array.dimension(rank - 1));
      default -> {
        return true;
      }
    }
    return width == 0;
  }

  private void grid(int first, int middle, int last) {
    boolean channelsFirst = middle == last && first != middle;
    boolean channelsLast = first == middle && middle != last;
    if (channelsFirst || !channelsLast && first > last) {
      found(middle, last, first);
    } else if (channelsLast || last > first) {
      found(first, middle, last);
    }
  }

  private void found(int rowsFound, int columnsFound, int widthFound) {
    rows = rowsFound;
    columns = columnsFound;
    width = widthFound;
  }

  @Override
  public ModalitySettings complete(ModalitySettings declared) {
    if (width == 0) {
      return declared;
    }
    ModalityName name =
        rows * columns == 1
            ? declared.name()
            : new ModalityName(declared.name().base() + "@" + rows + "x" + columns);
    return declared.withName(name).withWidth(width);
  }
}
