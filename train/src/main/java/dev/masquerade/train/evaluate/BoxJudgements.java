package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ObjectBox;
import java.util.Arrays;
import java.util.List;

/** How well boxes fit. */
final class BoxJudgements {

  private static final double FOUND = 0.5;

  private BoxJudgements() {}

  /**
   * Returns the measures of boxes: the mean overlap over all pairs and all boxes without a partner,
   * said or true, which count as 0 each; and the share of boxes whose partner overlaps by half, as
   * a harmonic mean of both sides. Boxes match boxes of their own name alone, the most overlapping
   * pairs first; boxes that do not touch are no pair.
   */
  static List<Judgement<List<ObjectBox>>> all() {
    return List.of(
        new Judgement<>("box_iou", BoxJudgements::meanOverlap),
        new Judgement<>("boxes_f1", BoxJudgements::found),
        new Judgement<>("count_right", (said, truth) -> said.size() == truth.size() ? 1 : 0));
  }

  private static double meanOverlap(List<ObjectBox> said, List<ObjectBox> truth) {
    double[] overlaps = matched(said, truth);
    long pairs = Arrays.stream(overlaps).filter(v -> v > 0).count();
    long all = said.size() + truth.size() - pairs;
    return all == 0 ? Double.NaN : Arrays.stream(overlaps).sum() / all;
  }

  private static double found(List<ObjectBox> said, List<ObjectBox> truth) {
    int all = said.size() + truth.size();
    double right = Arrays.stream(matched(said, truth)).filter(v -> v >= FOUND).count();
    return all == 0 ? Double.NaN : 2 * right / all;
  }

  /** Returns the overlap of every true box with its partner, 0 without. */
  private static double[] matched(List<ObjectBox> said, List<ObjectBox> truth) {
    double[] overlaps = new double[truth.size()];
    boolean[] taken = new boolean[said.size()];
    boolean[] done = new boolean[truth.size()];
    for (int round = 0; round < Math.min(said.size(), truth.size()); round++) {
      int bestTruth = -1;
      int bestSaid = -1;
      double best = 0;
      for (int t = 0; t < done.length; t++) {
        for (int s = 0; s < taken.length; s++) {
          if (!done[t] && !taken[s] && said.get(s).name().equals(truth.get(t).name())) {
            double overlap = overlap(said.get(s), truth.get(t));
            if (overlap > best) {
              best = overlap;
              bestTruth = t;
              bestSaid = s;
            }
          }
        }
      }
      if (bestTruth < 0) {
        break;
      }
      overlaps[bestTruth] = best;
      done[bestTruth] = true;
      taken[bestSaid] = true;
    }
    return overlaps;
  }

  /** Returns intersection over union. */
  static double overlap(ObjectBox one, ObjectBox other) {
    double width = Math.min(one.right(), other.right()) - Math.max(one.left(), other.left());
    double height = Math.min(one.bottom(), other.bottom()) - Math.max(one.top(), other.top());
    double both = Math.max(0, width) * Math.max(0, height);
    return both / (area(one) + area(other) - both);
  }

  private static double area(ObjectBox box) {
    return (box.right() - box.left()) * (box.bottom() - box.top());
  }
}
