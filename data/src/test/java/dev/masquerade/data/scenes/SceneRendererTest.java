package dev.masquerade.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class SceneRendererTest {

  private static final long SEED = 11;
  private static final int SIZE = 96;
  private static final String GOLDEN = "74310a51";

  @Test
  void oneScene_hasTheFramesItAlwaysHad() {
    SceneFrames frames = SceneRenderer.render(Scene.sample(2024, 5), 64);

    // Changes to sampling or rendering change what data sets of a seed hold: bump them knowingly.
    assertThat(checksum(frames)).isEqualTo(GOLDEN);
  }

  @Test
  void equalScenes_haveEqualFrames() {
    SceneFrames once = SceneRenderer.render(Scene.sample(SEED, 3), SIZE);
    SceneFrames again = SceneRenderer.render(Scene.sample(SEED, 3), SIZE);
    SceneFrames other = SceneRenderer.render(Scene.sample(SEED, 4), SIZE);

    assertThat(checksum(again)).isEqualTo(checksum(once));
    assertThat(checksum(other)).isNotEqualTo(checksum(once));
  }

  @Test
  void sizesOutOfRange_areRefused() {
    Scene scene = Scene.sample(SEED, 0);

    assertThatThrownBy(() -> SceneRenderer.render(scene, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures of scenes have 16 to 4096 pixels a side, was 8");
  }

  @Test
  void everyPixel_liesOnTheSurfaceItsClassNames() {
    for (int index = 0; index < 12; index++) {
      Scene scene = Scene.sample(SEED, index);
      SceneFrames frames = SceneRenderer.render(scene, SIZE);
      Lens lens = new Lens(scene.camera());
      for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
        double[] point = point(lens, frames, pixel);
        int instance = frames.instances[pixel];
        int kind = frames.classes[pixel];
        if (kind == SceneClasses.TABLE) {
          assertThat(point[2]).isBetween(-1e-4, 1e-4);
        } else if (kind == SceneClasses.BACKGROUND) {
          assertThat(point[1] - scene.surroundings().wallY()).isBetween(-1e-4, 1e-4);
        } else {
          SceneObject solid = scene.objects().get(instance);
          assertThat(kind).isEqualTo(solid.shape().classId());
          assertThat(distanceToSurface(solid, point)).isLessThan(1e-4);
        }
      }
    }
  }

  @Test
  void normals_agreeWithTheSlopeOfDepth() {
    Scene scene = Scene.sample(SEED, 2);
    int size = 192;
    SceneFrames frames = SceneRenderer.render(scene, size);
    Lens lens = new Lens(scene.camera());
    int compared = 0;
    for (int row = 1; row < size - 1; row++) {
      for (int column = 1; column < size - 1; column++) {
        int pixel = row * size + column;
        if (!isSmooth(frames, pixel)) {
          continue;
        }
        double[] across = minus(point(lens, frames, pixel + 1), point(lens, frames, pixel - 1));
        double[] up = minus(point(lens, frames, pixel - size), point(lens, frames, pixel + size));
        double nx = across[1] * up[2] - across[2] * up[1];
        double ny = across[2] * up[0] - across[0] * up[2];
        double nz = across[0] * up[1] - across[1] * up[0];
        double length = Math.sqrt(nx * nx + ny * ny + nz * nz);
        double cosine =
            (lens.toRight(nx, ny) * frames.normals[3 * pixel]
                    + lens.toUp(nx, ny, nz) * frames.normals[3 * pixel + 1]
                    + lens.toViewer(nx, ny, nz) * frames.normals[3 * pixel + 2])
                / length;
        assertThat(cosine).isGreaterThan(0.99);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(size * size / 2);
  }

  @Test
  void boxes_touchTheirSolidsOnAllSides() {
    for (int index = 0; index < 20; index++) {
      Scene scene = Scene.sample(SEED, index);
      SceneFrames frames = SceneRenderer.render(scene, SIZE);
      for (int object = 0; object < scene.objects().size(); object++) {
        SceneBox box = frames.box(object).orElseThrow();
        int left = (int) Math.round(box.left() * SIZE);
        int right = (int) Math.round(box.right() * SIZE) - 1;
        int top = (int) Math.round(box.top() * SIZE);
        int bottom = (int) Math.round(box.bottom() * SIZE) - 1;
        int inside = 0;
        boolean touchesLeft = false;
        boolean touchesRight = false;
        boolean touchesTop = false;
        boolean touchesBottom = false;
        for (int row = top; row <= bottom; row++) {
          for (int column = left; column <= right; column++) {
            if (frames.instances[row * SIZE + column] == object) {
              inside++;
              touchesLeft |= column == left;
              touchesRight |= column == right;
              touchesTop |= row == top;
              touchesBottom |= row == bottom;
            }
          }
        }
        assertThat(inside).isEqualTo(frames.visiblePixels(object));
        assertThat(touchesLeft && touchesRight && touchesTop && touchesBottom).isTrue();
      }
    }
  }

  @Test
  void edges_lieWhereSomethingEnds() {
    SceneFrames frames = SceneRenderer.render(Scene.sample(SEED, 1), SIZE);
    int marked = 0;
    for (int pixel = SIZE; pixel < SIZE * (SIZE - 1); pixel++) {
      boolean inner = pixel % SIZE > 0 && pixel % SIZE < SIZE - 1;
      if (inner && frames.edges[pixel]) {
        marked++;
        assertThat(isSmooth(frames, pixel)).isFalse();
      }
    }
    assertThat(marked).isBetween(SIZE, SIZE * SIZE / 6);
  }

  @Test
  void colour_isBrighterInTheLightThanInTheShadow() {
    // The table of one scene holds both lit and shadowed places, well apart in brightness.
    SceneFrames frames = SceneRenderer.render(Scene.sample(SEED, 0), SIZE);
    int darkest = 255;
    int brightest = 0;
    for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
      if (frames.classes[pixel] == SceneClasses.TABLE) {
        int green = frames.rgb[3 * pixel + 1] & 0xff;
        darkest = Math.min(darkest, green);
        brightest = Math.max(brightest, green);
      }
    }
    assertThat(brightest - darkest).isGreaterThan(40);
  }

  /** Returns whether a pixel and its neighbours belong to one surface that hardly bends. */
  private static boolean isSmooth(SceneFrames frames, int pixel) {
    int size = frames.size;
    for (int neighbour : new int[] {pixel - 1, pixel + 1, pixel - size, pixel + size}) {
      double cosine = 0;
      for (int axis = 0; axis < 3; axis++) {
        cosine += frames.normals[3 * pixel + axis] * frames.normals[3 * neighbour + axis];
      }
      if (frames.instances[neighbour] != frames.instances[pixel]
          || frames.classes[neighbour] != frames.classes[pixel]
          || cosine < 0.98) {
        return false;
      }
    }
    return true;
  }

  private static double[] point(Lens lens, SceneFrames frames, int pixel) {
    double across = (pixel % frames.size + 0.5) / frames.size;
    double down = (pixel / frames.size + 0.5) / frames.size;
    double depth = frames.depth[pixel];
    return new double[] {
      lens.originX + depth * lens.directionX(across, down),
      lens.originY + depth * lens.directionY(across, down),
      lens.originZ + depth * lens.directionZ(down)
    };
  }

  private static double distanceToSurface(SceneObject solid, double[] point) {
    double x = point[0] - solid.x();
    double y = point[1] - solid.y();
    double z = point[2];
    double r = solid.radius();
    double away = Math.sqrt(x * x + y * y);
    return switch (solid.shape()) {
      case SPHERE -> Math.abs(Math.sqrt(away * away + (z - r) * (z - r)) - r);
      case CUBE -> {
        double along = Math.cos(solid.yaw()) * x + Math.sin(solid.yaw()) * y;
        double beside = -Math.sin(solid.yaw()) * x + Math.cos(solid.yaw()) * y;
        double most = Math.max(Math.abs(along), Math.max(Math.abs(beside), Math.abs(z - r)));
        yield Math.abs(most - r);
      }
      case CYLINDER -> Math.min(Math.abs(away - r), Math.abs(z - solid.height()));
      case CONE -> Math.abs(away - r * (1 - z / solid.height()));
    };
  }

  private static double[] minus(double[] one, double[] other) {
    return new double[] {one[0] - other[0], one[1] - other[1], one[2] - other[2]};
  }

  private static String checksum(SceneFrames frames) {
    CRC32 crc = new CRC32();
    crc.update(frames.rgb);
    crc.update(frames.classes);
    crc.update(frames.instances);
    ByteBuffer numbers = ByteBuffer.allocate(4 * (frames.depth.length + frames.normals.length));
    for (float value : frames.depth) {
      numbers.putFloat(value);
    }
    for (float value : frames.normals) {
      numbers.putFloat(value);
    }
    crc.update(numbers.array());
    for (boolean edge : frames.edges) {
      crc.update(edge ? 1 : 0);
    }
    return Long.toHexString(crc.getValue());
  }
}
