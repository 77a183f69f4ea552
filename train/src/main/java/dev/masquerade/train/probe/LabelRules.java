package dev.masquerade.train.probe;

import dev.masquerade.data.label.ClassNames;
import dev.masquerade.data.schema.ConfigurationException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** What every probe asks of labels, whether it sees features or pictures. */
final class LabelRules {

  private LabelRules() {}

  /**
   * Refuses images none of which has a label.
   *
   * @param images how many there are
   * @param what they are, for the message
   */
  static void requireSome(Collection<String> labels, int images, String what) {
    if (labels.isEmpty()) {
      throw refusal(
          what
              + ": none of its "
              + images
              + " images has a label, and a probe learns labels. Put the images of a class into"
              + " a folder of its name, or say with --labels where a data set has them.");
    }
  }

  /** Numbers the classes to learn. */
  static ClassNames classes(Collection<String> labels, int images, String what) {
    requireSome(labels, images, what);
    try {
      return ClassNames.of(labels);
    } catch (IllegalArgumentException e) {
      ConfigurationException refusal = refusal(what + ": " + e.getMessage() + ".");
      refusal.initCause(e);
      throw refusal;
    }
  }

  /** Refuses labels to be asked about that were not learnt. */
  static void requireLearnt(
      Collection<String> asked, String what, ClassNames classes, String learntWhat) {
    TreeSet<String> strange = new TreeSet<>(asked);
    classes.names().forEach(strange::remove);
    if (!strange.isEmpty()) {
      throw refusal(
          what
              + ": has classes that "
              + learntWhat
              + " lacks: "
              + String.join(", ", strange.stream().limit(5).toList())
              + ".");
    }
  }

  /** Returns why none of some images could be held out. */
  static ConfigurationException noneHeldOut(String what) {
    return refusal(
        what
            + ": no class has "
            + HeldOut.ONE_OF
            + " images, so none can be held out. Name images to be asked about with --test.");
  }

  private static ConfigurationException refusal(String message) {
    return new ConfigurationException(List.of(message));
  }
}
