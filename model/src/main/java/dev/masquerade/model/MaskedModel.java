package dev.masquerade.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.embed.Embedded;
import dev.masquerade.model.embed.EmbeddedRows;
import dev.masquerade.model.embed.Embeddings;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.Heads;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.head.Predictions;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.parameter.TableGradients;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.CrossContext;
import dev.masquerade.model.transformer.RowLengths;
import dev.masquerade.model.transformer.RowTransformer;
import dev.masquerade.model.transformer.Transformer;
import dev.masquerade.model.weights.DimensionChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * The 4M encoder-decoder over packed batches: embeds what is kept, encodes what is seen, decodes
 * what is asked for, and compares with the targets.
 *
 * <p>Computes where its parameters live. It has no state of its own besides compiled kernels.
 * Arrays it makes belong to the scope of the call.
 */
public final class MaskedModel implements Network {

  private final Parameters parameters;
  private final KernelModule kernels;
  private final Embeddings embeddings;
  private final Transformer transformer;
  private final RowTransformer rowTransformer;
  private final List<ModalitySpec> modalities;
  private final Heads heads;
  private final LossKind lossKind;
  private final TableGradients tables;

  /** What autograd gives gradients of: everything trainable but tables and heads. */
  private final NDList untabled = new NDList();

  private final List<String> untabledNames = new ArrayList<>();

  /**
   * Composes a model.
   *
   * @param config with a decoder
   * @param modalities in run order, those the parameters were laid out for
   * @param parameters stay with the caller, who closes them after this model
   * @param lossKind how losses of modalities become one
   */
  public MaskedModel(
      ModelConfig config, List<ModalitySpec> modalities, Parameters parameters, LossKind lossKind) {
    if (!config.hasDecoder()) {
      throw new IllegalArgumentException(
          "decoderDepth is 0: a model without a decoder predicts no tokens. Use VisionEncoder");
    }
    DimensionChain.of(config, parameters.layout()).require();
    this.parameters = parameters;
    this.lossKind = lossKind;
    this.kernels = Kernels.loadModel();
    this.embeddings = new Embeddings(kernels, config, modalities, parameters);
    this.transformer = new Transformer(kernels, config, parameters);
    this.rowTransformer = new RowTransformer(kernels, config, parameters);
    this.modalities = List.copyOf(modalities);
    this.heads = new Heads(kernels, modalities, parameters);
    this.tables = new TableGradients(kernels, parameters);
    for (int i = 0; i < parameters.trainable().size(); i++) {
      String name = parameters.trainable().get(i).name();
      if (!TableGradients.isTable(name)) {
        untabled.add(parameters.trainableArrays().get(i));
        untabledNames.add(name);
      }
    }
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    BatchArrays arrays = BatchArrays.upload(batch, scope);
    EmbeddedRows rows = new EmbeddedRows(arrays);
    Forward forward = forward(arrays, precision, rows, rng, scope);
    tables.start();
    Heads.LossAndSlope top =
        heads.lossAndGradients(forward.decoded(), arrays, lossKind, precision, tables, scope);
    NDArray slope = top.slope();
    if (slope == null) {
      return new StepResult(top.loss(), Gradients.of(parameters, Map.of()));
    }
    return new StepResult(top.loss(), gradients(forward.decoded(), slope, rows, scope));
  }

  private Gradients gradients(NDArray decoded, NDArray slope, EmbeddedRows rows, StepScope scope) {
    NDList taken = rows.arrays();
    NDList sources = new NDList(untabled);
    sources.addAll(taken);
    NDList result = kernels.call(scope.manager(), "gradients_from", decoded, slope, sources);
    long[] numbers = result.get(result.size() - 1).toLongArray();
    Map<String, NDArray> found = new HashMap<>();
    List<@Nullable NDArray> ofRows = new ArrayList<>(Collections.nCopies(taken.size(), null));
    for (int i = 0; i < numbers.length; i++) {
      int number = (int) numbers[i];
      if (number < untabled.size()) {
        found.put(untabledNames.get(number), result.get(i));
      } else {
        ofRows.set(number - untabled.size(), result.get(i));
      }
    }
    rows.addTo(tables, ofRows, scope);
    found.putAll(tables.current());
    return Gradients.of(parameters, found);
  }

  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Forward forward = forward(batch, precision, scope);
          return heads.loss(forward.decoded(), forward.batch(), lossKind, precision, scope);
        });
  }

  /**
   * Predicts every target of a batch in one pass.
   *
   * @param batch stays open until the scope is closed
   * @return one entry per target modality, in decoder order
   */
  public List<Predictions> predict(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Forward forward = forward(batch, precision, scope);
          List<Predictions> all = new ArrayList<>();
          for (PackedPart part : batch.targets()) {
            all.add(Predictions.read(part, logits(forward, part, precision, scope)));
          }
          return all;
        });
  }

  /** Returns what the model sees and predicts, in run order. */
  public List<ModalitySpec> modalities() {
    return modalities;
  }

  /**
   * Runs the encoder for generation, once for any number of decoder passes.
   *
   * @param batch its encoder side; may be closed once this returns
   * @param arithmetic of the target it is for
   * @return arrays owned by the scope
   */
  public CrossContext encode(PackedBatch batch, RowArithmetic arithmetic, StepScope scope) {
    return kernels.withoutGradients(
        () -> encode(BatchArrays.upload(batch, scope), arithmetic, scope));
  }

  private CrossContext encode(BatchArrays arrays, RowArithmetic arithmetic, StepScope scope) {
    PackedBatch batch = arrays.packed();
    return rowTransformer.encode(
        embeddings.encoder(arrays, arithmetic.encoder().linear(), null, scope),
        RowLengths.of(batch.encoder(), batch.rows(), rowTransformer.registers()),
        arithmetic.encoder(),
        scope);
  }

  /**
   * Predicts places of a grid that all see each other, whatever the config says of the decoder's
   * attention: so 4M generates.
   *
   * <p>A batch may hold several passes over the same places, which see other things: all rows of
   * the first pass, then all of the second, and so on.
   *
   * @param context of the same rows
   * @param batch its decoder side, with places of {@code target} alone; stays open until the scope
   *     is closed
   * @param passes weight of each pass; they sum to 1. Logits of the passes are summed so weighted
   * @param arithmetic of the target
   * @return (S, V) float32 logits of the places of one pass, row after row, owned by the scope
   */
  public NDArray decode(
      CrossContext context,
      PackedBatch batch,
      ModalitySpec target,
      double[] passes,
      RowArithmetic arithmetic,
      StepScope scope) {
    return kernels.withoutGradients(
        () -> decode(context, BatchArrays.upload(batch, scope), target, passes, arithmetic, scope));
  }

  /** {@link #encode} and {@link #decode} of one batch. */
  public NDArray encodeAndDecode(
      PackedBatch batch,
      ModalitySpec target,
      double[] passes,
      RowArithmetic arithmetic,
      StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          BatchArrays arrays = BatchArrays.upload(batch, scope);
          CrossContext context = encode(arrays, arithmetic, scope);
          return decode(context, arrays, target, passes, arithmetic, scope);
        });
  }

  private NDArray decode(
      CrossContext context,
      BatchArrays arrays,
      ModalitySpec target,
      double[] passes,
      RowArithmetic arithmetic,
      StepScope scope) {
    PackedBatch batch = arrays.packed();
    return rowTransformer.decode(
        embeddings.decoder(arrays, null, scope),
        RowLengths.of(batch.decoder(), batch.rows(), 0),
        context,
        heads.weight(target),
        passes,
        arithmetic.decoder(),
        arithmetic.head(),
        scope);
  }

  /**
   * Starts to predict sequences token by token.
   *
   * @param context of any rows
   * @param rows which of them each sequence looks at, passes as in {@link #decode}
   * @param target a sequence
   * @param longest how many tokens may be given to it
   * @param passes as in {@link #decode}
   * @param arithmetic of the target
   * @param scope owns what is kept from token to token
   */
  public TokenDecoder decodeTokens(
      CrossContext context,
      int[] rows,
      ModalitySpec target,
      int longest,
      double[] passes,
      RowArithmetic arithmetic,
      StepScope scope) {
    return new TokenDecoder(
        rowTransformer,
        rowTransformer.cache(context, rows, longest, scope),
        embeddings.sequence(target.name()),
        heads.weight(target),
        target.layout().maxTokens(),
        passes,
        arithmetic.decoder(),
        arithmetic.head(),
        scope);
  }

  /**
   * Every stage of a pass, for those who look inside.
   *
   * @param batch on the device
   * @param arithmetic dtypes used
   * @param encoderTokens before the encoder
   * @param encoded (B, R + N, D) after the encoder's final norm
   * @param context (B, R + N, D) what the decoder attends to
   * @param decoderTokens before the decoder
   * @param hiddenInDecoder (B, 1, M, M), 0 or -inf
   * @param decoded (B, M, D) after the decoder's final norm
   */
  record Forward(
      BatchArrays batch,
      Arithmetic arithmetic,
      Embedded encoderTokens,
      NDArray encoded,
      NDArray context,
      Embedded decoderTokens,
      NDArray hiddenInDecoder,
      NDArray decoded) {}

  /** Runs a pass for evaluation. */
  Forward forward(PackedBatch packed, Precision precision, StepScope scope) {
    return forward(BatchArrays.upload(packed, scope), precision, null, null, scope);
  }

  private Forward forward(
      BatchArrays batch,
      Precision precision,
      @Nullable EmbeddedRows rows,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    PackedBatch packed = batch.packed();
    int longest = Math.max(packed.encoder().length(), packed.decoder().length());
    Arithmetic arithmetic = Arithmetic.of(precision, parameters.device(), longest);
    Embedded seen = embeddings.encoder(batch, arithmetic.linear(), rows, scope);
    NDArray hiddenContext = transformer.hiddenInEncoder(batch, scope);
    NDArray encoded = transformer.encode(seen, hiddenContext, arithmetic, rng, scope);
    NDArray context = transformer.context(encoded, seen, arithmetic, scope);
    Embedded asked = embeddings.decoder(batch, rows, scope);
    NDArray hidden = transformer.hiddenInDecoder(batch, scope);
    NDArray decoded =
        transformer.decode(asked, context, hidden, hiddenContext, arithmetic, rng, scope);
    return new Forward(batch, arithmetic, seen, encoded, context, asked, hidden, decoded);
  }

  NDArray logits(Forward forward, PackedPart part, Precision precision, StepScope scope) {
    return heads.logits(forward.decoded(), forward.batch(), part, precision, scope);
  }

  @Override
  public void close() {
    tables.close();
    kernels.close();
  }
}
