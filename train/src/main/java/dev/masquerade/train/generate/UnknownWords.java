package dev.masquerade.train.generate;

import dev.masquerade.modality.TextCodec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds words of a text that a vocabulary lacks, so that a model cannot tell them apart. */
final class UnknownWords {

  private UnknownWords() {}

  /** Returns a remark that names them; empty where all are known. */
  static Optional<String> remark(TextCodec codec, String text) {
    Set<String> unknown = new LinkedHashSet<>();
    for (String word : text.strip().split("\\s+", -1)) {
      if (Arrays.stream(codec.encode(word)).anyMatch(codec::isUnknown)) {
        String bare = word.replaceAll("^\\p{Punct}+|\\p{Punct}+$", "");
        unknown.add(bare.isEmpty() ? word : bare);
      }
    }
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the vocabulary has no "
                + unknown.stream()
                    .map(word -> "\"" + word + "\"")
                    .collect(Collectors.joining(", ")));
  }
}
