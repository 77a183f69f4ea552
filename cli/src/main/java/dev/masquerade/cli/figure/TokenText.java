package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of a text as words on coloured ground, in lines.
 *
 * @param words in order
 * @param width of the lines, in pixels
 */
public record TokenText(List<Word> words, int width) implements Figure {

  private static final int PADDING = 3;
  private static final int GAP = 3;

  public TokenText {
    words = List.copyOf(words);
  }

  /**
   * One token.
   *
   * @param text as the tokenizer writes it
   * @param assignment decides the ground it stands on
   */
  public record Word(String text, Assignment assignment) {}

  @Override
  public int height() {
    List<Placed> placed = placed();
    int bottom = placed.isEmpty() ? 0 : placed.get(placed.size() - 1).y;
    return bottom + lineHeight();
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    for (Placed placed : placed()) {
      boolean dark = placed.word.assignment != Assignment.DROPPED;
      surface.fill(
          x + placed.x,
          y + placed.y,
          placed.width,
          lineHeight() - GAP,
          Blend.of(placed.word.assignment.colour(), Palette.PAPER, dark ? 0.72 : 0.3));
      surface.text(
          x + placed.x + PADDING, y + placed.y + PADDING, placed.text, lettering(), Palette.INK);
    }
  }

  private List<Placed> placed() {
    List<Placed> placed = new ArrayList<>();
    int x = 0;
    int y = 0;
    for (Word word : words) {
      String text = lettering().cut(word.text, width - 2 * PADDING);
      int wide = lettering().width(text) + 2 * PADDING;
      if (x > 0 && x + wide > width) {
        x = 0;
        y += lineHeight();
      }
      placed.add(new Placed(word, text, x, y, wide));
      x += wide + GAP;
    }
    return placed;
  }

  private static Lettering lettering() {
    return Lettering.NORMAL;
  }

  private static int lineHeight() {
    return lettering().lineHeight() + PADDING + GAP;
  }

  private record Placed(Word word, String text, int x, int y, int width) {}
}
