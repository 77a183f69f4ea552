package dev.masquerade.modality.text;

import java.util.List;

/**
 * What a WordPiece vocabulary is to hold.
 *
 * @param vocabularySize largest number of ids, everything included
 * @param sentinelCount number of sentinels {@code [S_0]}, {@code [S_1]}, ...; at least 2
 * @param numberBins values of each of {@code v0=} to {@code v3=}, for boxes and metadata; 0 leaves
 *     them out
 * @param words words and names that stay whole, such as names of classes
 * @param leastCount pairs of pieces that occur less often are not merged
 */
public record WordPieceSettings(
    int vocabularySize, int sentinelCount, int numberBins, List<String> words, int leastCount) {

  /** What 4M uses: 30,000 ids, 200 sentinels, 1,000 bins. */
  public static final WordPieceSettings FOUR_M =
      new WordPieceSettings(30_000, 200, 1_000, List.of(), 0);

  public WordPieceSettings {
    words = List.copyOf(words);
    if (sentinelCount < 2) {
      throw new IllegalArgumentException(
          "span masking needs at least 2 sentinels, were " + sentinelCount);
    }
    if (numberBins < 0 || leastCount < 0) {
      throw new IllegalArgumentException(
          "numberBins and leastCount must not be negative, were "
              + numberBins
              + " and "
              + leastCount);
    }
    int fixed = 4 + sentinelCount + 4 * numberBins + words.size();
    if (vocabularySize <= fixed) {
      throw new IllegalArgumentException(
          "a vocabulary of "
              + vocabularySize
              + " has no room for text: special tokens, sentinels, numbers and whole words take "
              + fixed);
    }
  }
}
