package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.Paint;
import dev.masquerade.data.scenes.SceneColours;
import dev.masquerade.modality.Planes;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which colours of solids a picture shows, or should show.
 *
 * @param seen different colours; of the truth, those that the caption names
 * @param shares share of the picture that each covers
 */
record PictureColours(Set<Paint> seen, Map<Paint, Double> shares) {

  /** A picture without any. */
  static final PictureColours NONE = new PictureColours(Set.of(), Map.of());

  PictureColours {
    seen = Set.copyOf(seen);
    shares = Map.copyOf(shares);
  }

  /** Returns the colours of a picture. */
  static PictureColours of(Planes rgb) {
    return new PictureColours(SceneColours.seen(rgb), SceneColours.shares(rgb));
  }

  /**
   * Returns the measures: how much of the coloured area of one picture is so in the other, which a
   * mosaic of all colours does badly, and whether the right colours are seen at all.
   */
  static List<Judgement<PictureColours>> judgements() {
    return List.of(
        new Judgement<>("colour_overlap", PictureColours::overlap),
        new Judgement<>(
            "colours_seen_f1", (shown, truth) -> Overlap.f1(shown.seen(), truth.seen())));
  }

  /**
   * Returns the sum over colours of the smaller of both shares of the coloured area; NaN where the
   * truth has none.
   */
  private static double overlap(PictureColours shown, PictureColours truth) {
    double wanted = sum(truth);
    double there = sum(shown);
    if (wanted == 0) {
      return Double.NaN;
    }
    double common = 0;
    for (Map.Entry<Paint, Double> share : truth.shares().entrySet()) {
      double own = shown.shares().getOrDefault(share.getKey(), 0.0);
      common += there == 0 ? 0 : Math.min(own / there, share.getValue() / wanted);
    }
    return common;
  }

  private static double sum(PictureColours colours) {
    return colours.shares().values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
