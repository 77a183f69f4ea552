package dev.masquerade.modality.text;

import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The common end of all modalities that are written as text: a tokenizer, an end token, a longest
 * length.
 */
record TextSequence(ModalitySpec spec, TextTokenizer tokenizer, int maxTokens) {

  static TextSequence open(ModalitySettings settings, int defaultMaxTokens, TokenLayout.Unit unit) {
    TextTokenizer tokenizer = TextTokenizer.of(settings);
    int maxTokens = settings.maxTokens() == 0 ? defaultMaxTokens : settings.maxTokens();
    SpanMarks marks = tokenizer.marks();
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Discrete(tokenizer.vocabularySize(settings)),
            new TokenLayout.Sequence(maxTokens, marks, unit),
            settings.roles().isEmpty() ? Set.of(Role.INPUT, Role.TARGET) : settings.roles());
    return new TextSequence(spec, tokenizer, maxTokens);
  }

  /** Returns the ids of a text and the end token, cut to the longest length. */
  IdSequence whole(String text) {
    int[] ids = tokenizer.encode(text);
    int length = ids.length;
    int[] all = Arrays.copyOf(ids, Math.min(length + 1, maxTokens));
    if (length < maxTokens) {
      all[length] = tokenizer.marks().endId();
    }
    return new IdSequence(all);
  }

  /**
   * Returns the ids of texts that stay whole, and the end token as a chunk of its own. The first
   * chunk that would exceed the longest length goes, with all that follow.
   */
  IdSequence chunks(List<String> texts) {
    int[] ids = new int[maxTokens];
    int[] lengths = new int[texts.size() + 1];
    int used = 0;
    int chunk = 0;
    for (; chunk <= texts.size(); chunk++) {
      int[] next =
          chunk < texts.size()
              ? tokenizer.encode(texts.get(chunk))
              : new int[] {tokenizer.marks().endId()};
      if (used + next.length > maxTokens) {
        break;
      }
      System.arraycopy(next, 0, ids, used, next.length);
      lengths[chunk] = next.length;
      used += next.length;
    }
    return new IdSequence(Arrays.copyOf(ids, used), Arrays.copyOf(lengths, chunk));
  }
}
