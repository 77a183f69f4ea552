package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.modality.ObjectBox;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxJudgementsTest {

  private static final ObjectBox CUBE = new ObjectBox(0, 0, 0.5, 0.5, "cube");
  private static final ObjectBox CONE = new ObjectBox(0.5, 0.5, 1, 1, "cone");

  @Test
  void equalBoxes_scoreOne() {
    assertThat(score("box_iou", List.of(CONE, CUBE), List.of(CUBE, CONE))).isEqualTo(1);
    assertThat(score("boxes_f1", List.of(CONE, CUBE), List.of(CUBE, CONE))).isEqualTo(1);
    assertThat(score("count_right", List.of(CONE, CUBE), List.of(CUBE, CONE))).isEqualTo(1);
  }

  @Test
  void boxesOfOtherNames_doNotMatch() {
    ObjectBox sphere = new ObjectBox(0, 0, 0.5, 0.5, "sphere");
    assertThat(score("box_iou", List.of(sphere), List.of(CUBE))).isZero();
  }

  @Test
  void boxTooMany_lowersTheMean() {
    ObjectBox shifted = new ObjectBox(0.25, 0, 0.75, 0.5, "cube");
    assertThat(score("box_iou", List.of(shifted), List.of(CUBE))).isCloseTo(1.0 / 3, offset(1e-12));
    // The better partner is taken; the other counts as a box without one.
    assertThat(score("box_iou", List.of(shifted, CUBE), List.of(CUBE))).isEqualTo(0.5);
    assertThat(score("boxes_f1", List.of(shifted, CUBE), List.of(CUBE))).isEqualTo(2.0 / 3);
  }

  @Test
  void boxesWithoutAPartner_countOnBothSides() {
    ObjectBox sphere = new ObjectBox(0.5, 0.5, 1, 1, "sphere");
    assertThat(score("box_iou", List.of(CUBE, sphere), List.of(CUBE, CONE))).isEqualTo(1.0 / 3);
    assertThat(score("boxes_f1", List.of(CUBE, sphere), List.of(CUBE, CONE))).isEqualTo(0.5);
    // Equal names that do not touch are no pair.
    ObjectBox elsewhere = new ObjectBox(0.5, 0.5, 1, 1, "cube");
    assertThat(score("box_iou", List.of(CONE, elsewhere), List.of(CONE, CUBE))).isEqualTo(1.0 / 3);
  }

  @Test
  void nothingThereAndNothingSaid_isNotJudged() {
    assertThat(score("box_iou", List.of(), List.of())).isNaN();
    assertThat(score("box_iou", List.of(CUBE), List.of())).isZero();
  }

  private static double score(String name, List<ObjectBox> said, List<ObjectBox> truth) {
    return BoxJudgements.all().stream()
        .filter(judgement -> judgement.name().equals(name))
        .findFirst()
        .orElseThrow()
        .score()
        .applyAsDouble(said, truth);
  }
}
