package dev.masquerade.train.probe;

import java.util.stream.IntStream;

/** What is known of classes without looking at images. */
public final class MajorityShare {

  private MajorityShare() {}

  /**
   * Returns the share of images asked about that the most frequent class learnt from is right for.
   *
   * @param train numbers of the classes learnt from
   * @param test numbers of the classes asked about, at least one
   * @param classes how many there are
   */
  public static double of(int[] train, int[] test, int classes) {
    int[] counts = new int[classes];
    for (int label : train) {
      counts[label]++;
    }
    int most = 0;
    for (int number = 1; number < classes; number++) {
      most = counts[number] > counts[most] ? number : most;
    }
    int answer = most;
    return (double) IntStream.of(test).filter(label -> label == answer).count() / test.length;
  }
}
