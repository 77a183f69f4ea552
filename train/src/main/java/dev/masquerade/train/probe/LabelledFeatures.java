package dev.masquerade.train.probe;

import java.util.HashSet;
import java.util.List;

/**
 * Features of samples with their classes, held in memory. The arrays are handed over: whoever made
 * them must not write to them again.
 */
public final class LabelledFeatures {

  private final int width;
  private final float[] values;
  private final int[] labels;
  private final List<String> classes;

  /**
   * Takes features.
   *
   * @param width D
   * @param values (N, D), finite
   * @param labels (N) numbers of classes
   * @param classes names by number
   * @throws IllegalArgumentException if sizes do not fit, a class has no name, or a feature is not
   *     finite; by the number of the sample, from 0
   */
  public LabelledFeatures(int width, float[] values, int[] labels, List<String> classes) {
    this.width = width;
    this.values = values;
    this.labels = labels;
    this.classes = List.copyOf(classes);
    if (width < 1 || labels.length == 0 || values.length != (long) width * labels.length) {
      throw new IllegalArgumentException(
          values.length
              + " values are not those of "
              + labels.length
              + " samples of width "
              + width);
    }
    if (new HashSet<>(classes).size() != classes.size()) {
      throw new IllegalArgumentException("two classes have one name: " + classes);
    }
    for (int sample = 0; sample < labels.length; sample++) {
      if (labels[sample] < 0 || labels[sample] >= classes.size()) {
        throw new IllegalArgumentException(
            "sample "
                + sample
                + " is of class "
                + labels[sample]
                + ", but there are only "
                + classes.size());
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "feature "
                + i % width
                + " of sample "
                + i / width
                + " is "
                + values[i]
                + ". Leave that sample out, or look at its picture and at the model's weights");
      }
    }
  }

  /** Returns N. */
  public int samples() {
    return labels.length;
  }

  /** Returns D. */
  public int width() {
    return width;
  }

  /** Returns the (N, D) features themselves. */
  public float[] values() {
    return values;
  }

  /** Returns the (N) numbers of classes themselves. */
  public int[] labels() {
    return labels;
  }

  /** Returns the names of classes by number. */
  public List<String> classes() {
    return classes;
  }

  /** Refuses features that cannot be compared with these. */
  void requireLike(LabelledFeatures other) {
    if (width != other.width) {
      throw new IllegalArgumentException(
          "features to learn from are "
              + width
              + " wide, those to be asked about "
              + other.width
              + ": both must come from one model");
    }
    if (!classes.equals(other.classes)) {
      throw new IllegalArgumentException(
          "classes to learn are " + classes + ", those asked about " + other.classes);
    }
  }
}
