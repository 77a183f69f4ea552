package dev.masquerade.train.probe;

import java.util.HashMap;
import java.util.Map;

/** Says of labelled images, one after another, which are held out: every fifth of each class. */
final class HeldOut {

  /** Of so many images of one class, one is held out. */
  static final int ONE_OF = 5;

  private final Map<String, Integer> seen = new HashMap<>();

  /** Says whether the next image, of this class, is held out. */
  boolean next(String label) {
    return seen.merge(label, 1, Integer::sum) % ONE_OF == 0;
  }
}
