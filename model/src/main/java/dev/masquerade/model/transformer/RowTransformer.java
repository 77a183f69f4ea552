package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.embed.Embedded;
import dev.masquerade.model.embed.SequenceTables;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.model.parameter.Parameters;
import java.util.Arrays;

/**
 * The stacks of a {@link Transformer} as generation runs them, see {@code rows.py}: the same
 * weights, without gradients, without padding, and with what does not change kept between calls.
 */
public final class RowTransformer {

  private final KernelModule kernels;
  private final int heads;
  private final int layers;
  private final int registers;
  private final BlockWeights encoder;
  private final BlockWeights decoder;
  private final NDList encoderEnds = new NDList();
  private final NDList decoderEnds = new NDList();

  /** Looks up the weights of every block. */
  public RowTransformer(KernelModule kernels, ModelConfig config, Parameters parameters) {
    this.kernels = kernels;
    this.heads = config.heads();
    this.layers = config.decoderDepth();
    this.registers = config.registerTokens();
    double scale = config.lora().map(LoraConfig::scale).orElse(1.0);
    this.encoder =
        BlockWeights.encoder(kernels, parameters, "encoder.", config.encoderDepth(), scale);
    this.decoder = BlockWeights.decoder(kernels, parameters, config.decoderDepth(), scale);
    encoderEnds.add(parameters.get("encoder_norm.weight"));
    encoderEnds.add(parameters.orAbsent("encoder_norm.bias"));
    encoderEnds.add(parameters.get("decoder_proj_context.weight"));
    encoderEnds.add(parameters.get("decoder_proj_context.bias"));
    decoderEnds.add(parameters.get("decoder_norm.weight"));
    decoderEnds.add(parameters.orAbsent("decoder_norm.bias"));
  }

  /** Returns how many tokens stand before those of every encoder row. */
  public int registers() {
    return registers;
  }

  /**
   * Runs the encoder, and the projections of its output that every decoder layer needs.
   *
   * @param tokens (B, R + N, D)
   * @param lengths of its rows, registers included
   * @return arrays owned by the scope
   */
  public CrossContext encode(
      Embedded tokens, RowLengths lengths, Arithmetic arithmetic, StepScope scope) {
    NDList kept =
        kernels.callWithoutGradients(
            scope.manager(),
            "encode_rows",
            tokens.contents(),
            tokens.places(),
            lengths.all(),
            lengths.runs(lengths),
            encoder.constantIn(scope),
            heads,
            encoderEnds,
            decoder.constantIn(scope),
            arithmetic.linear(),
            arithmetic.attention());
    return new CrossContext(kept, lengths);
  }

  /**
   * Decodes places that all see each other, and applies a head to what several passes give,
   * weighted and summed.
   *
   * @param tokens (B, M, D), the rows of the first pass before those of the second, and so on
   * @param lengths of its rows
   * @param head (V, D)
   * @param passes weight of each pass; they sum to 1
   * @param headDtype of the head's product
   * @return (S, V) logits, row after row of one pass, owned by the scope
   */
  public NDArray decode(
      Embedded tokens,
      RowLengths lengths,
      CrossContext context,
      NDArray head,
      double[] passes,
      Arithmetic arithmetic,
      int headDtype,
      StepScope scope) {
    return kernels
        .callWithoutGradients(
            scope.manager(),
            "decode_rows",
            tokens.contents(),
            tokens.places(),
            lengths.all(),
            lengths.runs(lengths),
            lengths.runs(context.lengths()),
            context.keysAndValues(),
            decoder.constantIn(scope),
            heads,
            endsWith(head),
            passes,
            arithmetic.linear(),
            arithmetic.attention(),
            headDtype)
        .get(0);
  }

  /**
   * Makes room to decode sequences token by token.
   *
   * @param rows of the context that each sequence looks at
   * @param longest how many tokens there is room for
   * @return arrays owned by the scope
   */
  public TokenCache cache(CrossContext context, int[] rows, int longest, StepScope scope) {
    long length = Math.max(1, context.lengths().longest());
    long[] lengths = context.lengths().all();
    NDList padded = call(scope, "pad_rows", context.keysAndValues(), lengths, length);
    padded.addAll(call(scope, "hide_behind", lengths, length, padded.get(0)));
    NDList chosen = call(scope, "keep_rows", padded, numbers(rows));
    NDArray hidden = chosen.remove(chosen.size() - 1);
    NDList own = call(scope, "make_cache", chosen.get(0), layers, rows.length, longest);
    return new TokenCache(own, chosen, hidden, context.lengths().of(rows));
  }

  /**
   * Decodes one more token of every row.
   *
   * @param ids (B) the tokens
   * @param position whose embedding they get
   * @return (S, V) logits of the tokens that follow, owned by the scope
   */
  public NDArray decodeNext(
      int[] ids,
      int position,
      SequenceTables tables,
      TokenCache cache,
      NDArray head,
      double[] passes,
      Arithmetic arithmetic,
      int headDtype,
      StepScope scope) {
    return kernels
        .callWithoutGradients(
            scope.manager(),
            "decode_next",
            numbers(ids),
            cache.advance(),
            position,
            tables.arrays(),
            cache.own(),
            cache.context(),
            cache.hidden(),
            decoder.constantIn(scope),
            heads,
            endsWith(head),
            passes,
            arithmetic.linear(),
            arithmetic.attention(),
            headDtype)
        .get(0);
  }

  /** Keeps some rows of a cache, in the given order. The arrays are owned by the scope. */
  public TokenCache keep(TokenCache cache, int[] rows, StepScope scope) {
    NDList all = new NDList(cache.own());
    all.addAll(cache.context());
    all.add(cache.hidden());
    NDList kept = call(scope, "keep_rows", all, numbers(rows));
    return cache.with(
        new NDList(kept.subList(0, cache.own().size())),
        new NDList(kept.subList(cache.own().size(), kept.size() - 1)),
        kept.get(kept.size() - 1),
        rows);
  }

  private NDList call(StepScope scope, String kernel, Object... arguments) {
    return kernels.callWithoutGradients(scope.manager(), kernel, arguments);
  }

  private static long[] numbers(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  private NDList endsWith(NDArray head) {
    NDList ends = new NDList(decoderEnds);
    ends.add(head);
    return ends;
  }
}
