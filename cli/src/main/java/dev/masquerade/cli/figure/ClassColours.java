package dev.masquerade.cli.figure;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Paints maps of class ids, one colour per class.
 *
 * @param names by class id; more classes than colours use colours again
 */
public record ClassColours(List<String> names) {

  private static final int[] COLOURS = {
    0xc9d6df, 0x8d7b68, 0xe15759, 0x4e79a7, 0xf2b134, 0x59a14f, 0xaf7aa1, 0x76b7b2, 0xff9da7,
    0x9c755f, 0xbab0ac, 0xd37295, 0x86bcb6, 0xf28e2b, 0x499894, 0x79706e
  };
  private static final int UNKNOWN = 0x000000;

  public ClassColours {
    names = List.copyOf(names);
  }

  /** Returns the colour of a class. */
  public int colour(int id) {
    return id < 0 || id >= names.size() ? UNKNOWN : COLOURS[id % COLOURS.length];
  }

  /**
   * Paints a map.
   *
   * @param ids (height, width) class ids; those without a name become black
   */
  public Picture paint(int width, int height, int[] ids) {
    int[] colours = new int[width * height];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = colour(ids[i]);
    }
    return new Picture(width, height, colours);
  }

  /** Returns a line of colours with their names. */
  public Figure legend() {
    return new Legend(names, IntStream.range(0, names.size()).map(this::colour).boxed().toList());
  }
}
