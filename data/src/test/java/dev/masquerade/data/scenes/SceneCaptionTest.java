package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class SceneCaptionTest {

  @Test
  void everyWording_readsBackToWhatItSays() {
    for (int index = 0; index < 200; index++) {
      SceneCaption caption = SceneCaption.of(Scene.sample(5, index));
      for (int wording = 0; wording < 4; wording++) {
        assertThat(SceneCaption.parse(caption.text(wording))).isEqualTo(caption);
      }
      assertThat(SceneCaption.parse(SceneCaption.write(Scene.sample(5, index)))).isEqualTo(caption);
    }
  }

  @Test
  void lowerCaseWithSpacedMarks_readsBackToo() {
    SceneCaption caption = SceneCaption.of(Scene.sample(5, 1));
    String asDecoded =
        caption.text(0).toLowerCase(Locale.ROOT).replace(",", " ,").replace(".", " .");

    assertThat(SceneCaption.parse(asDecoded)).isEqualTo(caption);
  }

  @Test
  void mentions_areTheSolidsOfTheScene() {
    Scene scene = Scene.sample(5, 2);

    assertThat(SceneCaption.of(scene).mentions())
        .containsExactlyInAnyOrderElementsOf(
            scene.objects().stream()
                .map(o -> new SceneCaption.Mention(o.magnitude(), o.paint(), o.shape()))
                .toList());
  }

  @Test
  void relations_holdInThePicture() {
    int checked = 0;
    for (int index = 0; index < 100; index++) {
      Scene scene = Scene.sample(6, index);
      Lens lens = new Lens(scene.camera());
      for (SceneCaption.Relation relation : SceneCaption.of(scene).relations()) {
        SceneObject one = find(scene, relation.paint(), relation.shape());
        SceneObject other = find(scene, relation.otherPaint(), relation.otherShape());
        double right =
            lens.across(one.x(), one.y(), one.height() / 2)
                - lens.across(other.x(), other.y(), other.height() / 2);
        double behind =
            lens.depth(one.x(), one.y(), one.height() / 2)
                - lens.depth(other.x(), other.y(), other.height() / 2);
        double margin =
            switch (relation.placement()) {
              case LEFT_OF -> -right;
              case RIGHT_OF -> right;
              case BEHIND -> behind;
              case IN_FRONT_OF -> -behind;
            };
        assertThat(margin).isPositive();
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  @Test
  void textWithoutAnything_saysNothing() {
    assertThat(SceneCaption.parse("the quick brown fox"))
        .isEqualTo(new SceneCaption(0, List.of(), List.of()));
  }

  @Test
  void brokenText_givesWhatCanBeUnderstood() {
    SceneCaption caption =
        SceneCaption.parse("four solids: a small red cube and large. the red cube is behind the");

    assertThat(caption)
        .isEqualTo(
            new SceneCaption(
                4,
                List.of(new SceneCaption.Mention(Magnitude.SMALL, Paint.RED, Shape.CUBE)),
                List.of()));
  }

  private static SceneObject find(Scene scene, Paint paint, Shape shape) {
    return scene.objects().stream()
        .filter(o -> o.paint() == paint && o.shape() == shape)
        .findFirst()
        .orElseThrow();
  }
}
