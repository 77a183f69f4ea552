package dev.masquerade.train.embedding;

import java.io.IOException;

/** Takes rows one after another. Used by one thread. */
public interface EmbeddingSink {

  /**
   * Adds a row. One that holds a number that is not finite is marked as broken.
   *
   * @param values holds the row's numbers from {@code from} on
   * @return the key as it was kept, which says whether the row is good
   */
  EmbeddingKey add(EmbeddingKey key, float[] values, int from) throws IOException;

  /**
   * Adds a row that holds no embedding, so that those after it keep their places.
   *
   * @param key with what is wrong
   * @return the key
   */
  EmbeddingKey addBroken(EmbeddingKey key) throws IOException;
}
