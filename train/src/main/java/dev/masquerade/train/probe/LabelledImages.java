package dev.masquerade.train.probe;

import dev.masquerade.data.label.ClassNames;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows of embeddings that have a label, in two parts: those to learn from and those to be asked
 * about.
 *
 * @param train to learn from
 * @param test to be asked about, of the same classes
 * @param unlabelled rows that were left out because they have no label
 */
public record LabelledImages(LabelledFeatures train, LabelledFeatures test, int unlabelled) {

  /** Of so many images of one source, one is held out. */
  private static final int HELD_OUT = 5;

  /**
   * Takes both parts from one table: every fifth labelled image of each class is held out.
   *
   * @param what the images are, for messages
   * @throws ConfigurationException if labels are missing, or a class has too few images
   */
  public static LabelledImages split(EmbeddingTable table, String what) {
    int[] labelled = labelled(table);
    ClassNames classes = classes(table, labelled, what);
    int[] seen = new int[classes.names().size()];
    boolean[] held = new boolean[table.rows()];
    for (int row : labelled) {
      int number = classes.number(table.key(row).label());
      held[row] = seen[number]++ % HELD_OUT == HELD_OUT - 1;
    }
    if (IntStream.of(labelled).noneMatch(row -> held[row])) {
      throw new ConfigurationException(
          List.of(
              what
                  + ": no class has "
                  + HELD_OUT
                  + " images, so none can be held out. Name images to be asked about with"
                  + " --test."));
    }
    return new LabelledImages(
        features(table, labelled, classes, row -> !held[row]),
        features(table, labelled, classes, row -> held[row]),
        unlabelled(table));
  }

  /**
   * Takes each part from a table of its own.
   *
   * @throws ConfigurationException if labels are missing, or the second has classes that the first
   *     lacks
   */
  public static LabelledImages of(
      EmbeddingTable train, String trainWhat, EmbeddingTable test, String testWhat) {
    int[] trainRows = labelled(train);
    int[] testRows = labelled(test);
    ClassNames classes = classes(train, trainRows, trainWhat);
    TreeSet<String> strange = new TreeSet<>(labels(test, testRows, testWhat));
    classes.names().forEach(strange::remove);
    if (!strange.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              testWhat
                  + ": has classes that "
                  + trainWhat
                  + " lacks: "
                  + String.join(", ", strange.stream().limit(5).toList())
                  + "."));
    }
    return new LabelledImages(
        features(train, trainRows, classes, row -> true),
        features(test, testRows, classes, row -> true),
        unlabelled(train) + unlabelled(test));
  }

  /**
   * Returns the share of held-out images that the most frequent class of the others is right for:
   * what is known without looking.
   */
  public double majority() {
    int[] counts = new int[train.classes().size()];
    for (int label : train.labels()) {
      counts[label]++;
    }
    int most = 0;
    for (int number = 1; number < counts.length; number++) {
      most = counts[number] > counts[most] ? number : most;
    }
    int answer = most;
    return (double) IntStream.of(test.labels()).filter(label -> label == answer).count()
        / test.samples();
  }

  private static int[] labelled(EmbeddingTable table) {
    return IntStream.range(0, table.rows())
        .filter(row -> !table.key(row).broken() && !table.key(row).label().isEmpty())
        .toArray();
  }

  private static int unlabelled(EmbeddingTable table) {
    return (int)
        IntStream.range(0, table.rows())
            .filter(row -> !table.key(row).broken() && table.key(row).label().isEmpty())
            .count();
  }

  private static List<String> labels(EmbeddingTable table, int[] rows, String what) {
    List<String> labels = IntStream.of(rows).mapToObj(row -> table.key(row).label()).toList();
    if (labels.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              what
                  + ": none of its "
                  + table.rows()
                  + " images has a label, and a probe learns labels. Put the images of a class into"
                  + " a folder of its name, or say with --labels where a data set has them."));
    }
    return labels;
  }

  /** Numbers the classes to learn. */
  private static ClassNames classes(EmbeddingTable table, int[] rows, String what) {
    List<String> labels = labels(table, rows, what);
    try {
      return ClassNames.of(labels);
    } catch (IllegalArgumentException e) {
      ConfigurationException refusal =
          new ConfigurationException(List.of(what + ": " + e.getMessage() + "."));
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static LabelledFeatures features(
      EmbeddingTable table, int[] rows, ClassNames classes, IntPredicate wanted) {
    int[] chosen = IntStream.of(rows).filter(wanted).toArray();
    float[] values = new float[Math.multiplyExact(chosen.length, table.width())];
    int[] labels = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      table.copy(chosen[i], values, i * table.width());
      labels[i] = classes.number(table.key(chosen[i]).label());
    }
    return new LabelledFeatures(table.width(), values, labels, classes.names());
  }
}
