package dev.masquerade.modality.text;

import dev.masquerade.modality.BadSampleException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks over boxes that a person wrote as {@code v0=xmin v1=ymin v2=xmax v3=ymax class}.
 *
 * @param bins in which corners are counted
 * @param whole whether every box must be complete; otherwise only what stands there is looked at
 */
record WrittenBoxes(int bins, boolean whole) {

  private static final int CORNERS = 4;
  private static final Pattern CORNER = Pattern.compile("v([0-9]+)=(.*)");

  /**
   * Refuses what is no box.
   *
   * @throws BadSampleException saying what is wrong
   */
  void require(String text) throws BadSampleException {
    int corners = 0;
    int words = 0;
    boolean begun = false;
    for (String word : text.strip().split("\\s+", -1)) {
      Matcher corner = CORNER.matcher(word);
      if (!corner.matches()) {
        if (whole && corners < CORNERS) {
          throw bad("\"" + word + "\" stands behind " + corners + " of 4 corners");
        }
        words++;
        continue;
      }
      int which = corner.group(1).length() > 1 ? CORNERS : Integer.parseInt(corner.group(1));
      requireBin(word, corner.group(2));
      if (begun && words > 0) {
        corners = 0;
        words = 0;
      }
      if (which >= CORNERS || whole && which != corners) {
        throw bad(
            "\""
                + word
                + "\" stands where "
                + (corners < CORNERS ? "v" + corners + "=" : "a class")
                + " belongs");
      }
      begun = true;
      corners++;
    }
    if (whole && words == 0) {
      throw bad(
          corners < CORNERS ? "the last has " + corners + " corners" : "the last has no class");
    }
  }

  private void requireBin(String word, String number) throws BadSampleException {
    try {
      int bin = Integer.parseInt(number);
      if (bin >= 0 && bin < bins) {
        return;
      }
    } catch (NumberFormatException e) {
      // No number at all is as wrong as one too large.
    }
    throw bad("\"" + word + "\" is no whole number between 0 and " + (bins - 1));
  }

  private static BadSampleException bad(String what) {
    return new BadSampleException(
        "a box is written v0=LEFT v1=TOP v2=RIGHT v3=BOTTOM CLASS, and " + what);
  }
}
