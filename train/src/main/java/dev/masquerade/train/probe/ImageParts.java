package dev.masquerade.train.probe;

import dev.masquerade.data.label.ClassNames;
import dev.masquerade.data.schema.ConfigurationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which images are learnt from and which are asked about, by their numbers in a source. */
public final class ImageParts {

  private final ClassNames classes;
  private final int[] train;
  private final int[] test;

  private ImageParts(ClassNames classes, int[] train, int[] test) {
    this.classes = classes;
    this.train = train;
    this.test = test;
  }

  /**
   * Takes both parts from one source: every fifth of the usable images of each class is held out.
   *
   * @throws ConfigurationException if labels are missing, or a class has too few images
   */
  public static ImageParts split(UsableImages images) {
    ClassNames classes =
        LabelRules.classes(images.labels().values(), images.count(), images.what());
    HeldOut rule = new HeldOut();
    List<Integer> learnt = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    images.labels().forEach((image, label) -> (rule.next(label) ? held : learnt).add(image));
    if (held.isEmpty()) {
      throw LabelRules.noneHeldOut(images.what());
    }
    return new ImageParts(classes, array(learnt), array(held));
  }

  /**
   * Takes each part from a source of its own: all usable images.
   *
   * @throws ConfigurationException if labels are missing, or the second has classes that the first
   *     lacks
   */
  public static ImageParts of(UsableImages train, UsableImages test) {
    ClassNames classes = LabelRules.classes(train.labels().values(), train.count(), train.what());
    LabelRules.requireSome(test.labels().values(), test.count(), test.what());
    LabelRules.requireLearnt(test.labels().values(), test.what(), classes, train.what());
    return new ImageParts(classes, array(train.labels().keySet()), array(test.labels().keySet()));
  }

  private static int[] array(Collection<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the classes of the images to learn from. */
  public ClassNames classes() {
    return classes;
  }

  /** Returns the numbers of the images to learn from. */
  public int[] train() {
    return train.clone();
  }

  /** Returns the numbers of the images to be asked about, in the source they were taken from. */
  public int[] test() {
    return test.clone();
  }
}
