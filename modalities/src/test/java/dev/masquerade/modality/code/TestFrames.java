package dev.masquerade.modality.code;

import dev.masquerade.modality.Planes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Frames for tests: discs before a background, as colours or as classes. */
final class TestFrames {

  private TestFrames() {}

  static List<Planes> colours(int count, int size, long seed) {
    Random random = new Random(seed);
    List<Planes> frames = new ArrayList<>();
    for (int frame = 0; frame < count; frame++) {
      char[] map = map(size, random);
      Planes planes = Planes.zeros(3, size, size);
      for (int pixel = 0; pixel < map.length; pixel++) {
        for (int channel = 0; channel < 3; channel++) {
          float shade = 0.2f + 0.5f * pixel / map.length;
          planes.values()[channel * map.length + pixel] =
              map[pixel] % 3 == channel ? 1 - shade : shade + 0.01f * random.nextFloat();
        }
      }
      frames.add(planes);
    }
    return frames;
  }

  static List<char[]> maps(int count, int size, long seed) {
    Random random = new Random(seed);
    List<char[]> maps = new ArrayList<>();
    for (int frame = 0; frame < count; frame++) {
      maps.add(map(size, random));
    }
    return maps;
  }

  static Planes oneHot(char[] map, int size, int classes) {
    Planes planes = Planes.zeros(classes, size, size);
    for (int pixel = 0; pixel < map.length; pixel++) {
      planes.values()[map[pixel] * map.length + pixel] = 1;
    }
    return planes;
  }

  private static char[] map(int size, Random random) {
    char[] map = new char[size * size];
    for (int disc = 1; disc <= 4; disc++) {
      double x = random.nextDouble() * size;
      double y = random.nextDouble() * size;
      double radius = size * (0.1 + 0.2 * random.nextDouble());
      for (int pixel = 0; pixel < map.length; pixel++) {
        if (Math.hypot(pixel % size - x, pixel / size - y) < radius) {
          map[pixel] = (char) disc;
        }
      }
    }
    return map;
  }
}
