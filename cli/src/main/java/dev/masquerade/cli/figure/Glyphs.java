package dev.masquerade.cli.figure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shapes of letters, read once from {@code glyphs.txt}. */
final class Glyphs {

  /** Rows of dots of a letter, those below the base line included. */
  static final int ROWS = 9;

  /** Rows of dots of a capital letter. */
  static final int CAPITAL_ROWS = 7;

  private static final String RESOURCE = "glyphs.txt";
  private static final String BAND = "= ";
  private static final int CELL = 5;
  private static final int SPACE = 3;
  private static final int NOTHING = 0;

  /** Letters that no decomposition leads to ASCII, and what they look like. */
  private static final String STROKED = "ßæœøłđðþıħŧÆŒØŁĐÐÞ‘’“”‐‑‒―";

  private static final String PLAIN = "saoolddpihtAOOLDDP''\"\"----";

  private static final Map<Integer, Glyph> ALL = read();
  private static final Glyph UNKNOWN = unknown();

  private Glyphs() {}

  /**
   * Dots of one letter.
   *
   * @param columns width in dots
   * @param rows a bit for each column, lowest bit left
   */
  record Glyph(int columns, int[] rows) {
    boolean dot(int column, int row) {
      return row >= 0
          && row < rows.length
          && column >= 0
          && column < columns
          && (rows[row] >> column & 1) != 0;
    }
  }

  /**
   * Returns the shape of a letter; of letters that have none, that of the nearest letter of ASCII,
   * or else of a question mark. Marks that combine with other letters take no room.
   */
  static Glyph of(int letter) {
    Glyph glyph = ALL.get(letter);
    return glyph == null ? ALL.getOrDefault(nearest(letter), UNKNOWN) : glyph;
  }

  private static int nearest(int letter) {
    int type = Character.getType(letter);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return NOTHING;
    }
    int bare =
        Normalizer.normalize(Character.toString(letter), Normalizer.Form.NFKD).codePointAt(0);
    if (ALL.containsKey(bare)) {
      return bare;
    }
    int at = STROKED.indexOf(bare);
    return at < 0 ? '?' : PLAIN.charAt(at);
  }

  private static Glyph unknown() {
    int[] rows = new int[ROWS];
    for (int row = 0; row < CAPITAL_ROWS; row++) {
      rows[row] = row == 0 || row == CAPITAL_ROWS - 1 ? 0b1111 : 0b1001;
    }
    return new Glyph(4, rows);
  }

  private static Map<Integer, Glyph> read() {
    Map<Integer, Glyph> glyphs = new HashMap<>();
    glyphs.put((int) ' ', new Glyph(SPACE, new int[ROWS]));
    glyphs.put(NOTHING, new Glyph(0, new int[ROWS]));
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(BAND)) {
        String letters = lines.get(i).substring(BAND.length());
        List<String> dots = lines.subList(i + 1, i + 1 + ROWS);
        for (int k = 0; k < letters.length(); k++) {
          glyphs.put((int) letters.charAt(k), glyph(dots, k * (CELL + 1)));
        }
      }
    }
    return glyphs;
  }

  private static Glyph glyph(List<String> dots, int from) {
    int[] rows = new int[ROWS];
    int all = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < CELL; column++) {
        if (dots.get(row).charAt(from + column) == '#') {
          rows[row] |= 1 << column;
        }
      }
      all |= rows[row];
    }
    int left = Integer.numberOfTrailingZeros(all);
    for (int row = 0; row < ROWS; row++) {
      rows[row] >>= left;
    }
    return new Glyph(Integer.SIZE - Integer.numberOfLeadingZeros(all >> left), rows);
  }

  private static List<String> lines() {
    try (@Nullable InputStream in = Glyphs.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }
}
