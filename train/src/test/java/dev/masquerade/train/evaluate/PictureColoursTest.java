package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.data.scenes.Paint;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureColoursTest {

  private static final PictureColours TRUTH =
      new PictureColours(Set.of(Paint.RED, Paint.BLUE), Map.of(Paint.RED, 0.3, Paint.BLUE, 0.1));

  @Test
  void smallerPictureOfTheSameColours_overlapsWhole() {
    PictureColours shown =
        new PictureColours(TRUTH.seen(), Map.of(Paint.RED, 0.15, Paint.BLUE, 0.05));
    assertThat(score("colour_overlap", shown)).isCloseTo(1, offset(1e-12));
    assertThat(score("colours_seen_f1", shown)).isEqualTo(1);
  }

  @Test
  void mosaicOfAllColours_overlapsLittleThoughItShowsThemAll() {
    Map<Paint, Double> shares = new EnumMap<>(Paint.class);
    for (Paint paint : Paint.values()) {
      shares.put(paint, 0.1);
    }
    PictureColours shown = new PictureColours(EnumSet.allOf(Paint.class), shares);
    assertThat(score("colour_overlap", shown)).isCloseTo(2.0 / 6, offset(1e-12));
    assertThat(score("colours_seen_f1", shown)).isEqualTo(0.5);
  }

  @Test
  void greyPicture_overlapsNotAtAll() {
    assertThat(score("colour_overlap", PictureColours.NONE)).isZero();
  }

  private static double score(String name, PictureColours shown) {
    return PictureColours.judgements().stream()
        .filter(judgement -> judgement.name().equals(name))
        .findFirst()
        .orElseThrow()
        .score()
        .applyAsDouble(shown, TRUTH);
  }
}
