package dev.masquerade.train.embedding;

/**
 * What a row of embeddings belongs to.
 *
 * @param name of the image, for example its path in its folder
 * @param label its class; empty where none is known
 * @param problem why the row holds no embedding; empty where it holds one
 */
public record EmbeddingKey(String name, String label, String problem) {

  /** Creates the key of a row that holds an embedding. */
  public EmbeddingKey(String name, String label) {
    this(name, label, "");
  }

  /** Says whether the row holds no embedding. */
  public boolean broken() {
    return !problem.isEmpty();
  }

  EmbeddingKey brokenBy(String reason) {
    return new EmbeddingKey(name, label, reason);
  }
}
