package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.Planes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneColoursTest {

  private static final int SIZE = 64;

  @Test
  void renderedScenes_showTheColoursOfTheirSolids() {
    int common = 0;
    int all = 0;
    for (int i = 0; i < 60; i++) {
      Scene scene = Scene.sample(5, i);
      Set<Paint> painted = EnumSet.noneOf(Paint.class);
      scene.objects().forEach(solid -> painted.add(solid.paint()));
      Set<Paint> seen = SceneColours.seen(planes(SceneRenderer.render(scene, SIZE)));
      all += painted.size() + seen.size();
      seen.retainAll(painted);
      common += 2 * seen.size();
    }
    // The harmonic mean of what is found and what is right; shadow and reflected light cost a few.
    assertThat((double) common / all).isGreaterThan(0.9);
  }

  @Test
  void greyPicture_showsNoColour() {
    float[] values = new float[3 * SIZE * SIZE];
    Arrays.fill(values, 0.5f);
    assertThat(SceneColours.seen(new Planes(3, SIZE, SIZE, values))).isEmpty();
  }

  @Test
  void blackPicture_showsNoColour() {
    assertThat(SceneColours.seen(Planes.zeros(3, SIZE, SIZE))).isEmpty();
  }

  private static Planes planes(SceneFrames frames) {
    int pixels = SIZE * SIZE;
    float[] values = new float[3 * pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        values[channel * pixels + pixel] = (frames.rgb[3 * pixel + channel] & 0xff) / 255f;
      }
    }
    return new Planes(3, SIZE, SIZE, values);
  }
}
