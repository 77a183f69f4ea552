package dev.masquerade.model.sample;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import java.util.Arrays;
import java.util.List;

/**
 * A text of a {@link Canvas}. Sentinels stand where text may be missing; what is generated says,
 * one sentinel after another, what stands there.
 */
final class SequencePart implements CanvasPart {

  private final ModalitySpec spec;
  private final TokenLayout.Sequence layout;
  private final boolean asked;

  /** Ids that are seen, sentinels included; at most as many as a text may have. */
  private final int[] text;

  private SequencePart(ModalitySpec spec, TokenLayout.Sequence layout, int[] text, boolean asked) {
    this.spec = spec;
    this.layout = layout;
    this.text = text;
    this.asked = asked;
  }

  /** Asks for a whole text. */
  static SequencePart empty(ModalitySpec spec, TokenLayout.Sequence layout) {
    return new SequencePart(spec, layout, new int[] {layout.marks().sentinel(1)}, true);
  }

  static SequencePart seen(
      ModalitySpec spec,
      TokenLayout.Sequence layout,
      int[] ids,
      boolean[] ignored,
      List<String> remarks) {
    CanvasPart.checkIds(spec, ids);
    SpanMarks marks = layout.marks();
    int[] text = new int[ids.length];
    int length = 0;
    int sentinels = 0;
    for (int i = 0; i < ids.length; i++) {
      boolean hole = ignored[i] || marks.isSentinel(ids[i]);
      boolean inHole = i > 0 && ignored[i] && ignored[i - 1];
      if (inHole) {
        continue;
      }
      if (hole && sentinels >= Canvas.mostGaps(marks)) {
        throw new IllegalArgumentException(
            spec.name()
                + " has more gaps than the "
                + Canvas.mostGaps(marks)
                + " that sentinels can stand for");
      }
      text[length++] = hole ? marks.sentinel(++sentinels) : ids[i];
      if (!hole && ids[i] == marks.endId()) {
        break;
      }
    }
    int kept = Math.min(length, layout.maxTokens());
    if (kept < length) {
      remarks.add(cut(spec, length, kept));
    }
    return new SequencePart(spec, layout, Arrays.copyOf(text, kept), false);
  }

  /** Says that a condition was cut. */
  static String cut(ModalitySpec spec, int length, int kept) {
    return spec.name()
        + ": "
        + length
        + " tokens are more than the "
        + kept
        + " the model takes; the last "
        + (length - kept)
        + " are cut off";
  }

  /** Asks for what stands for the sentinels. */
  SequencePart asked() {
    if (sentinels() == 0) {
      throw new IllegalArgumentException(
          spec.name()
              + " is seen without a gap, so nothing of it is left to generate. Write a sentinel"
              + " such as [S_1] where more may stand");
    }
    return new SequencePart(spec, layout, text, true);
  }

  private int sentinels() {
    int count = 0;
    for (int id : text) {
      count += layout.marks().isSentinel(id) ? 1 : 0;
    }
    return count;
  }

  /** Returns the token that generation starts with: the first sentinel. */
  int firstToken() {
    return layout.marks().sentinel(1);
  }

  /**
   * Says whether a generated token is the last: the sentinel after those of the text, or the text's
   * end where that is not known already.
   */
  boolean ends(int id) {
    SpanMarks marks = layout.marks();
    if (id == marks.sentinel(sentinels() + 1)) {
      return true;
    }
    return id == marks.endId() && !endIsKnown();
  }

  private boolean endIsKnown() {
    return text.length > 0 && text[text.length - 1] == layout.marks().endId();
  }

  /**
   * Puts generated tokens where sentinels stand. An end token counts only in a gap that nothing
   * known follows: elsewhere it is left out, so that what is known stays. For the same reason gaps
   * get no more tokens than the longest text has room for beside what is known.
   *
   * @param generated first sentinel included
   */
  SequencePart completed(int[] generated) {
    int[] merged = SentinelMerging.merge(text, thatFits(generated), layout.marks());
    // What follows an end token is not part of the text.
    int length = 0;
    while (length < merged.length && length < layout.maxTokens()) {
      if (merged[length++] == layout.marks().endId()) {
        break;
      }
    }
    return new SequencePart(spec, layout, Arrays.copyOf(merged, length), false);
  }

  private int[] thatFits(int[] generated) {
    SpanMarks marks = layout.marks();
    int last = text.length == 0 ? -1 : text[text.length - 1];
    int[] kept = new int[generated.length];
    int length = 0;
    int room = layout.maxTokens() - (text.length - sentinels());
    boolean atTheEnd = false;
    for (int id : generated) {
      if (marks.isSentinel(id)) {
        atTheEnd = id == last;
        kept[length++] = id;
      } else if ((atTheEnd || id != marks.endId()) && room > 0) {
        kept[length++] = id;
        room--;
      }
    }
    return Arrays.copyOf(kept, length);
  }

  @Override
  public boolean isSeen() {
    return !asked || sentinels() < text.length;
  }

  @Override
  public boolean isAsked() {
    return asked;
  }

  @Override
  public boolean isKnown() {
    return !asked && sentinels() == 0;
  }

  @Override
  public int[] ids() {
    return Arrays.stream(text)
        .filter(id -> id != layout.marks().endId() && !layout.marks().isSentinel(id))
        .toArray();
  }

  @Override
  public void write(MaskedBatch.Part part, int row) {
    write(part, row, text);
  }

  @Override
  public void writeEmpty(MaskedBatch.Part part, int row) {
    write(part, row, new int[] {layout.marks().sentinel(1)});
  }

  private static void write(MaskedBatch.Part part, int row, int[] ids) {
    int from = row * part.places;
    System.arraycopy(ids, 0, part.ids, from, ids.length);
    Arrays.fill(part.encoderIgnored, from, from + ids.length, false);
  }
}
