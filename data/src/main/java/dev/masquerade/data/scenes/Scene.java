package dev.masquerade.data.scenes;

import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Solids on a table with a camera and a light: everything a picture is computed from.
 *
 * @param seed of the data set
 * @param index of the scene in it, from 0
 * @param objects 2 to 6 solids, no two of the same shape and colour
 * @param camera where it is seen from
 * @param light where its light comes from
 * @param surroundings table and wall
 */
public record Scene(
    long seed,
    long index,
    List<SceneObject> objects,
    SceneCamera camera,
    SceneLight light,
    Surroundings surroundings) {

  /** Fewest solids of a sampled scene. */
  public static final int FEWEST_OBJECTS = 2;

  /** Most solids of a sampled scene. */
  public static final int MOST_OBJECTS = 6;

  public Scene {
    objects = List.copyOf(objects);
    if (index < 0) {
      throw new IllegalArgumentException("a scene's index must be at least 0, was " + index);
    }
    if (objects.isEmpty() || objects.size() > Integer.SIZE) {
      throw new IllegalArgumentException(
          "a scene has 1 to " + Integer.SIZE + " solids, was given " + objects.size());
    }
  }

  /**
   * Makes up a scene: a pure function of its arguments.
   *
   * @param seed of the data set
   * @param index of the scene in it, at least 0
   */
  public static Scene sample(long seed, long index) {
    return SceneComposer.compose(seed, index);
  }

  /** Returns the key of the scene's sample in shards; keys sort as indices do. */
  public String key() {
    return String.format(Locale.ROOT, "scene%08d", index);
  }

  /** Returns a fresh random stream of this scene for one purpose. */
  UniformRandomProvider stream(long purpose) {
    return stream(seed, index, purpose);
  }

  static UniformRandomProvider stream(long seed, long index, long purpose) {
    long first = scramble(scramble(seed) + index);
    long second = scramble(first + purpose + 1);
    return RandomSource.XO_RO_SHI_RO_128_PP.create(new long[] {first ^ purpose, second});
  }

  /** The finaliser of SplitMix64: neighbours in, strangers out. */
  private static long scramble(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
