package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SceneTest {

  private static final long SEED = 3;
  private static final int SCENES = 400;
  private static final int SIZE = 32;

  @Test
  void equalSeedsAndIndices_giveEqualScenes() {
    assertThat(Scene.sample(SEED, 17)).isEqualTo(Scene.sample(SEED, 17));
    assertThat(Scene.sample(SEED, 17)).isNotEqualTo(Scene.sample(SEED, 18));
    assertThat(Scene.sample(SEED, 17).objects()).isNotEqualTo(Scene.sample(SEED + 1, 17).objects());
  }

  @Test
  void solids_coverAboutHalfOfThePicture() {
    double sum = 0;
    for (int index = 0; index < SCENES; index++) {
      double coverage = SceneRenderer.render(Scene.sample(SEED, index), SIZE).coverage();
      assertThat(coverage).isBetween(0.15, 0.85);
      sum += coverage;
    }
    assertThat(sum / SCENES).isBetween(0.45, 0.55);
  }

  @Test
  void guessingTheUsualClassOfEachPlace_isWrongNearlyHalfOfTheTime() {
    int[][] seen = new int[SIZE * SIZE][SceneClasses.all().size()];
    for (int index = 0; index < SCENES; index++) {
      byte[] classes = SceneRenderer.render(Scene.sample(SEED, index), SIZE).classes;
      for (int pixel = 0; pixel < classes.length; pixel++) {
        seen[pixel][classes[pixel]]++;
      }
    }
    long right = 0;
    for (int[] counts : seen) {
      int most = 0;
      for (int count : counts) {
        most = Math.max(most, count);
      }
      right += most;
    }
    assertThat(right / (double) (SCENES * SIZE * SIZE)).isLessThan(0.55);
  }

  @Test
  void solids_standApartAndCanBeSeenAndNamed() {
    Set<Integer> counts = new HashSet<>();
    Set<String> labels = new HashSet<>();
    int hidden = 0;
    for (int index = 0; index < SCENES; index++) {
      Scene scene = Scene.sample(SEED, index);
      SceneFrames frames = SceneRenderer.render(scene, SIZE);
      Set<String> here = new HashSet<>();
      counts.add(scene.objects().size());
      for (int i = 0; i < scene.objects().size(); i++) {
        SceneObject solid = scene.objects().get(i);
        assertThat(here.add(solid.label())).isTrue();
        hidden += frames.visiblePixels(i) < SIZE * SIZE / 100 ? 1 : 0;
        for (SceneObject other : scene.objects().subList(0, i)) {
          assertThat(Math.hypot(solid.x() - other.x(), solid.y() - other.y()))
              .isGreaterThan(solid.footprint() + other.footprint());
        }
      }
      labels.addAll(here);
    }
    assertThat(counts).containsExactlyInAnyOrder(2, 3, 4, 5, 6);
    assertThat(labels).hasSize(Shape.values().length * Paint.values().length);
    assertThat(hidden).isLessThan(SCENES / 50);
  }

  @Test
  void depths_fitTheirStoredSteps() {
    float farthest = 0;
    for (int index = 0; index < SCENES; index++) {
      for (float depth : SceneRenderer.render(Scene.sample(SEED, index), 16).depth) {
        farthest = Math.max(farthest, depth);
      }
    }
    assertThat(farthest * SceneEncoder.DEPTH_SCALE).isLessThan(60_000);
  }

  @Test
  void keys_sortAsIndicesDo() {
    assertThat(Scene.sample(SEED, 9).key()).isEqualTo("scene00000009");
    assertThat(Scene.sample(SEED, 10).key()).isGreaterThan(Scene.sample(SEED, 9).key());
  }
}
