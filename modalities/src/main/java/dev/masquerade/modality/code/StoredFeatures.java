package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.Planes;

/**
 * An array of features whose order of numbers is known.
 *
 * @param reader what it was read for
 * @param array real numbers
 * @param layout of the array; not {@link FeatureLayout#BY_SHAPE}
 * @param crops along its first axis; 1 where there is no such axis
 */
record StoredFeatures(FeatureReader reader, NpyArray array, FeatureLayout layout, int crops) {

  /**
   * Returns the features of a crop.
   *
   * @throws BadSampleException if there is no such crop, or a number is not finite
   */
  Planes planes(int crop) throws BadSampleException {
    float[] stored = read(crop);
    boolean first = layout == FeatureLayout.CHANNELS_FIRST;
    return new Planes(
        reader.channels(),
        reader.size().height(),
        reader.size().width(),
        first ? stored : transposed(stored, reader.places(), reader.channels()));
  }

  /**
   * Returns the features of a crop, vector after vector.
   *
   * @return (places, C)
   * @throws BadSampleException if there is no such crop, or a number is not finite
   */
  float[] vectors(int crop) throws BadSampleException {
    float[] stored = read(crop);
    boolean first = layout == FeatureLayout.CHANNELS_FIRST;
    return first ? transposed(stored, reader.channels(), reader.places()) : stored;
  }

  private float[] read(int crop) throws BadSampleException {
    if (crop >= crops) {
      throw new BadSampleException(
          "crop " + crop + " was asked for, but features of only " + crops + " are stored");
    }
    float[] values = new float[reader.channels() * reader.places()];
    array.copy(crop * values.length, values, 0, values.length);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new BadSampleException("the features hold " + value);
      }
    }
    return values;
  }

  /** From (rows, columns) to (columns, rows). */
  private static float[] transposed(float[] values, int rows, int columns) {
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return turned;
  }
}
