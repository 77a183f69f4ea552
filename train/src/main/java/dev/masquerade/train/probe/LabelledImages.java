package dev.masquerade.train.probe;

import dev.masquerade.data.label.ClassNames;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.util.List;
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

  /**
   * Takes both parts from one table: every fifth labelled image of each class is held out.
   *
   * @param what the images are, for messages
   * @throws ConfigurationException if labels are missing, or a class has too few images
   */
  public static LabelledImages split(EmbeddingTable table, String what) {
    int[] labelled = labelled(table);
    ClassNames classes = LabelRules.classes(labels(table, labelled), table.rows(), what);
    HeldOut rule = new HeldOut();
    boolean[] held = new boolean[table.rows()];
    for (int row : labelled) {
      held[row] = rule.next(table.key(row).label());
    }
    if (IntStream.of(labelled).noneMatch(row -> held[row])) {
      throw LabelRules.noneHeldOut(what);
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
    ClassNames classes = LabelRules.classes(labels(train, trainRows), train.rows(), trainWhat);
    List<String> asked = labels(test, testRows);
    LabelRules.requireSome(asked, test.rows(), testWhat);
    LabelRules.requireLearnt(asked, testWhat, classes, trainWhat);
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
    return MajorityShare.of(train.labels(), test.labels(), train.classes().size());
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

  private static List<String> labels(EmbeddingTable table, int[] rows) {
    return IntStream.of(rows).mapToObj(row -> table.key(row).label()).toList();
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
