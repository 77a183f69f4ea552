package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.data.scenes.Scene;
import dev.masquerade.data.scenes.SceneCaption;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CaptionJudgementsTest {

  private static final String TRUTH =
      "There are three solids on the table, a small red cube, a large blue sphere and a small green"
          + " cone. The red cube is behind the green cone.";

  @Test
  void trueCaptions_getEverythingRight() {
    for (int i = 0; i < 200; i++) {
      SceneCaption truth = SceneCaption.of(Scene.sample(3, i));
      for (int wording = 0; wording < 4; wording++) {
        SceneCaption said = SceneCaption.parse(truth.text(wording));
        for (Judgement<SceneCaption> judgement : CaptionJudgements.ofScenes()) {
          double score = judgement.score().applyAsDouble(said, truth);
          assertThat(Double.isNaN(score) ? 1 : score).as(judgement.name()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void halfRightCaption_getsItsShare() {
    Map<String, Double> scores = scores("two solids: a small red cube and a large green sphere.");
    assertThat(scores.get("solids_f1")).isEqualTo(2.0 / 5);
    assertThat(scores.get("colours_f1")).isEqualTo(4.0 / 5);
    assertThat(scores.get("shapes_f1")).isEqualTo(4.0 / 5);
    assertThat(scores.get("count_right")).isZero();
    assertThat(scores.get("relations_right")).isZero();
  }

  @Test
  void leftAndRight_followTheOrderOfTheTruth() {
    assertThat(relations("The red cube is left of the green cone.")).isEqualTo(1);
    assertThat(relations("The red cube is right of the green cone.")).isZero();
    assertThat(relations("The blue sphere is right of the red cube.")).isEqualTo(1);
  }

  @Test
  void behind_holdsWhereTheTruthSaysSoInEitherWay() {
    assertThat(relations("The red cube is behind the green cone.")).isEqualTo(1);
    assertThat(relations("The green cone is in front of the red cube.")).isEqualTo(1);
    assertThat(relations("The red cube is in front of the green cone.")).isZero();
    assertThat(relations("The green cone is behind the red cube.")).isZero();
    assertThat(relations("The blue sphere is behind the red cube.")).isNaN();
  }

  @Test
  void relationOfSolidsThatAreNotThere_isWrong() {
    assertThat(relations("The purple cube is left of the green cone.")).isZero();
  }

  @Test
  void caption_isAllRight_onlyIfNothingIsWrongOrMissing() {
    String solids = "a small red cube, a large blue sphere and a small green cone.";
    String three = "three solids: " + solids;
    assertThat(allRight(TRUTH)).isEqualTo(1);
    assertThat(allRight(three + " The blue sphere is right of the red cube.")).isEqualTo(1);
    assertThat(allRight(three + " The green cone is behind the red cube.")).isZero();
    assertThat(allRight(three)).as("the truth tells a relation, this none").isZero();
    assertThat(allRight(TRUTH.replace("three", "four"))).isZero();
    assertThat(allRight(TRUTH.replace("large", "small"))).isZero();
    assertThat(
            allRight(TRUTH.replace("a small green cone", "a small green cone, a large red cone")))
        .isZero();
    assertThat(allRight("")).isZero();
  }

  @Test
  void otherTexts_areComparedByWords() {
    Judgement<String> words = CaptionJudgements.ofTexts().get(0);
    assertThat(words.score().applyAsDouble("A dog, a cat", "a cat; the dog")).isEqualTo(6.0 / 8);
  }

  private static double allRight(String said) {
    return scores(said).getOrDefault("all_right", Double.NaN);
  }

  private static double relations(String said) {
    return scores(said).getOrDefault("relations_right", Double.NaN);
  }

  private static Map<String, Double> scores(String said) {
    return CaptionJudgements.ofScenes().stream()
        .collect(
            Collectors.toMap(
                Judgement::name,
                judgement ->
                    judgement
                        .score()
                        .applyAsDouble(SceneCaption.parse(said), SceneCaption.parse(TRUTH))));
  }
}
