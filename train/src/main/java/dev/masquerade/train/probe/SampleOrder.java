package dev.masquerade.train.probe;

import org.apache.commons.rng.UniformRandomProvider;

/** Orders of samples by their numbers. */
final class SampleOrder {

  private SampleOrder() {}

  /** Returns all samples in the order they are stored in. */
  static int[] stored(int samples) {
    int[] order = new int[samples];
    for (int i = 0; i < samples; i++) {
      order[i] = i;
    }
    return order;
  }

  /** Draws another order, every one as likely, in place. */
  static void shuffle(int[] order, UniformRandomProvider rng) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = rng.nextInt(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
  }
}
