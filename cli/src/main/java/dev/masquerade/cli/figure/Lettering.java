package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.List;

/** Size of letters, and how text of that size is measured. */
public enum Lettering {
  /** Capital letters 7 pixels high: numbers on axes, marginal notes. */
  SMALL(1),
  /** Capital letters 14 pixels high: titles and captions. */
  NORMAL(2),
  /** Capital letters 21 pixels high: the head of a figure. */
  LARGE(3);

  /** Letters of an extension, its dot included. */
  private static final int LONGEST_EXTENSION = 6;

  private final int scale;

  Lettering(int scale) {
    this.scale = scale;
  }

  /** Returns the edge of one dot, in pixels. */
  int scale() {
    return scale;
  }

  /** Returns the height of a capital letter, in pixels. */
  public int capitalHeight() {
    return Glyphs.CAPITAL_ROWS * scale;
  }

  /** Returns the distance from one line to the next, in pixels. */
  public int lineHeight() {
    return (Glyphs.ROWS + 2) * scale;
  }

  /** Returns the width of a text on one line, in pixels. */
  public int width(String text) {
    int dots = 0;
    int letters = 0;
    for (int i = 0; i < text.length(); ) {
      int letter = text.codePointAt(i);
      dots += Glyphs.of(letter).columns();
      letters++;
      i += Character.charCount(letter);
    }
    return scale * (dots + Math.max(0, letters - 1));
  }

  /**
   * Breaks a text into lines between words; words that are too long for a line are broken inside,
   * but not inside the extension of a file's name. Line breaks of the text stay.
   *
   * @param width of a line, in pixels
   */
  public List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.split("\n", -1)) {
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.split(" ", -1)) {
        String left = word;
        while (!left.isEmpty()) {
          String joined = line.isEmpty() ? left : line + " " + left;
          if (width(joined) <= width) {
            line.setLength(0);
            line.append(joined);
            left = "";
          } else if (!line.isEmpty()) {
            lines.add(line.toString());
            line.setLength(0);
          } else {
            int fits = fitting(left, width);
            lines.add(left.substring(0, fits));
            left = left.substring(fits);
          }
        }
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /** Returns the text, or as much of it as fits with an ellipsis after it. */
  public String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int length = text.length();
    while (length > 0 && width(text.substring(0, length) + "…") > width) {
      length = text.offsetByCodePoints(length, -1);
    }
    return text.substring(0, length) + "…";
  }

  /** Returns how many leading characters fit; at least one. */
  private int fitting(String word, int width) {
    int fits = Character.charCount(word.codePointAt(0));
    while (fits < word.length()) {
      int next = fits + Character.charCount(word.codePointAt(fits));
      if (width(word.substring(0, next)) > width) {
        break;
      }
      fits = next;
    }
    int extension = word.lastIndexOf('.');
    boolean name = extension > 0 && word.length() - extension <= LONGEST_EXTENSION;
    return name && fits > extension && fits < word.length() ? extension : fits;
  }
}
