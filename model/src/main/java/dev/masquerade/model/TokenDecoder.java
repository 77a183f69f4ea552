package dev.masquerade.model;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.embed.SequenceTables;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.RowTransformer;
import dev.masquerade.model.transformer.TokenCache;
import java.util.stream.IntStream;

/**
 * Predicts sequences token by token. Each token is embedded and projected once; those after it find
 * its keys and values kept.
 */
public final class TokenDecoder {

  private final RowTransformer transformer;
  private final SequenceTables tables;
  private final NDArray head;
  private final int positions;
  private final double[] passes;
  private final Arithmetic arithmetic;
  private final int headDtype;
  private final StepScope owner;
  private TokenCache cache;

  TokenDecoder(
      RowTransformer transformer,
      TokenCache cache,
      SequenceTables tables,
      NDArray head,
      int positions,
      double[] passes,
      Arithmetic arithmetic,
      int headDtype,
      StepScope owner) {
    this.transformer = transformer;
    this.cache = cache;
    this.tables = tables;
    this.head = head;
    this.positions = positions;
    this.passes = passes;
    this.arithmetic = arithmetic;
    this.headDtype = headDtype;
    this.owner = owner;
  }

  /** Returns the number of rows of one pass. */
  public int rows() {
    return cache.rows() / passes.length;
  }

  /**
   * Predicts what follows one more token of each row.
   *
   * @param ids (S) the tokens, the same in every pass
   * @return (S, V) float32 logits, owned by the scope
   */
  public NDArray next(int[] ids, StepScope scope) {
    int rows = rows();
    if (ids.length != rows) {
      throw new IllegalArgumentException(ids.length + " tokens for " + rows + " rows");
    }
    int[] everywhere = new int[rows * passes.length];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = ids[i % rows];
    }
    // As packing has it: ranks beyond the longest text use position 0.
    int position = cache.rank() < positions ? cache.rank() : 0;
    return transformer.decodeNext(
        everywhere, position, tables, cache, head, passes, arithmetic, headDtype, scope);
  }

  /**
   * Goes on with some rows only.
   *
   * @param rows of one pass, ascending
   */
  public void keep(int[] rows) {
    int before = rows();
    int[] everywhere =
        IntStream.range(0, passes.length)
            .flatMap(pass -> IntStream.of(rows).map(row -> pass * before + row))
            .toArray();
    cache = transformer.keep(cache, everywhere, owner);
  }
}
