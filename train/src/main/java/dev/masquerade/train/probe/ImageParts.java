package dev.masquerade.train.probe;

import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.label.ClassNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which images are learnt from and which are asked about, by their numbers in a source. */
public final class ImageParts {

  /** Of so many images of one class, one is held out. */
  private static final int HELD_OUT = 5;

  private final ClassNames classes;
  private final int[] train;
  private final int[] test;

  private ImageParts(ClassNames classes, int[] train, int[] test) {
    this.classes = classes;
    this.train = train;
    this.test = test;
  }

  /**
   * Takes both parts from one source: every fifth labelled image of each class is held out.
   *
   * @throws IllegalArgumentException if fewer than two classes have labels, or none has enough
   *     images
   */
  public static ImageParts split(ImageSource source) throws IOException {
    Map<Integer, String> labels = labels(source);
    ClassNames classes = ClassNames.of(labels.values());
    Map<String, Integer> seen = new HashMap<>();
    List<Integer> learnt = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    labels.forEach(
        (image, label) ->
            (seen.merge(label, 1, Integer::sum) % HELD_OUT == 0 ? held : learnt).add(image));
    if (held.isEmpty()) {
      throw new IllegalArgumentException(
          "no class has "
              + HELD_OUT
              + " images, so none can be held out; name images to be asked about");
    }
    return new ImageParts(classes, array(learnt), array(held));
  }

  /**
   * Takes each part from a source of its own: all labelled images.
   *
   * @throws IllegalArgumentException if fewer than two classes have labels in the first
   */
  public static ImageParts of(ImageSource train, ImageSource test) throws IOException {
    Map<Integer, String> labels = labels(train);
    return new ImageParts(
        ClassNames.of(labels.values()), array(labels.keySet()), array(labels(test).keySet()));
  }

  private static Map<Integer, String> labels(ImageSource source) throws IOException {
    Map<Integer, String> labels = new LinkedHashMap<>();
    for (int image = 0; image < source.count(); image++) {
      String label = source.label(image);
      if (!label.isEmpty()) {
        labels.put(image, label);
      }
    }
    return labels;
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
