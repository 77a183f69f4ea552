package dev.masquerade.model.sample;

import dev.masquerade.modality.SpanMarks;
import java.util.Arrays;

/** Puts spans that were generated where sentinels stand. */
final class SentinelMerging {

  private SentinelMerging() {}

  /**
   * Replaces every sentinel of a text by what follows the same sentinel in another.
   *
   * @param text ids and sentinels
   * @param spans sentinels, each followed by its tokens; a sentinel that comes again goes on with
   *     its span. What follows no sentinel, or one that the text lacks, is left out
   * @return the text; sentinels without a span leave nothing
   */
  static int[] merge(int[] text, int[] spans, SpanMarks marks) {
    int[] merged = new int[text.length + spans.length];
    int length = 0;
    for (int id : text) {
      if (!marks.isSentinel(id)) {
        merged[length++] = id;
        continue;
      }
      boolean inside = false;
      for (int span : spans) {
        if (marks.isSentinel(span)) {
          inside = span == id;
        } else if (inside) {
          merged[length++] = span;
        }
      }
    }
    return Arrays.copyOf(merged, length);
  }
}
