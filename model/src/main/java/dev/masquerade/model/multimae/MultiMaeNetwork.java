package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import dev.masquerade.model.vit.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * Where this differs from the reference:
 *  - Masks of any number of seen tokens per row work; rows shorter than the longest are padded, and
 *    padding is hidden from attention. The reference counts the seen tokens of hand-given masks
 *    over the whole batch.
 *  - Where some rows have nothing removed of a task, gradients are finite; the reference's are not
 *    numbers there.
 *  - Position tables of grids that are not square are right; the reference exchanges their axes.
 *  - Pixels without a class are neither seen nor compared.
 */
/**
 * A masked autoencoder of several tasks over packed batches. Seen patches of all tasks and global
 * tokens pass one encoder without a final norm; a decoder per output task predicts all its places.
 *
 * <p>The loss of a task is a mean over the removed patches of each row, then over the rows that
 * have any; a task of which nothing was removed has loss 0 and its decoder does not run. Arrays
 * belong to the scope of the call.
 */
public final class MultiMaeNetwork implements Network {

  private final MultiMaeConfig config;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final TaskModalities tasks;
  private final TaskPatches patches;
  private final Map<String, InputAdapter> inputs = new LinkedHashMap<>();
  private final List<TaskDecoder> decoders = new ArrayList<>();
  private final EncoderStack encoder;

  /**
   * Composes a network.
   *
   * @param modalities in run order; each is the task that its name without a size names, all on one
   *     grid
   * @param parameters laid out by {@link MultiMaeLayout}; they stay with the caller, who closes
   *     them after this network
   * @throws IllegalArgumentException if modalities or parameters do not fit the configuration,
   *     saying what to change
   */
  public MultiMaeNetwork(
      MultiMaeConfig config, List<ModalitySpec> modalities, Parameters parameters) {
    MultiMaeChain.of(config, parameters.layout()).require();
    this.config = config;
    this.parameters = parameters;
    this.tasks = TaskModalities.of(config, modalities);
    this.kernels = Kernels.loadModelWith(Kernels.MULTIMAE);
    this.patches = new TaskPatches(kernels);
    for (InputTask input : config.inputs()) {
      inputs.put(input.name(), new InputAdapter(kernels, parameters, input, tasks.grid()));
    }
    for (OutputTask output : config.outputs()) {
      decoders.add(new TaskDecoder(kernels, parameters, output, tasks.grid()));
    }
    this.encoder = new EncoderStack(kernels, parameters, "encoder", config.depth(), config.heads());
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    Losses losses = losses(encode(batch, precision, scope), scope);
    if (!losses.differentiable()) {
      return new StepResult(losses.read(), Gradients.of(parameters, Map.of()));
    }
    NDList found =
        kernels.call(scope.manager(), "gradients", losses.total(), parameters.trainableArrays());
    long[] numbers = found.get(found.size() - 1).toLongArray();
    return new StepResult(
        losses.read(), Gradients.of(found, numbers, parameters.trainable().size()));
  }

  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> losses(encode(batch, precision, scope), scope).read());
  }

  /**
   * Predicts every place of every output task from what is seen.
   *
   * @param batch stays open until the scope is closed; what it holds for decoders is not read
   */
  public List<TaskPrediction> predict(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(
        () -> {
          Encoded encoded = encode(batch, precision, scope);
          List<TaskPrediction> all = new ArrayList<>();
          for (TaskDecoder decoder : decoders) {
            all.add(
                TaskPrediction.read(
                    decoder.task(), tasks.grid(), predict(encoded, decoder, scope)));
          }
          return all;
        });
  }

  /**
   * Computes what the encoder makes of a batch.
   *
   * @param batch stays open until the scope is closed
   * @return (B, N + G, D), owned by the scope: packed tokens, then global tokens; rows with fewer
   *     tokens have padding between the two
   */
  public NDArray features(PackedBatch batch, Precision precision, StepScope scope) {
    return kernels.withoutGradients(() -> encode(batch, precision, scope).tokens());
  }

  /**
   * Computes one vector per row. Records what gradients need unless the caller's thread evaluates.
   *
   * @param batch stays open until the scope is closed
   * @param pooling CLASS_TOKEN takes the last global token; MEAN and MAX are over seen patches and
   *     global tokens
   * @return (B, D), owned by the scope
   */
  public NDArray pooled(PackedBatch batch, Pooling pooling, Precision precision, StepScope scope) {
    if (pooling == Pooling.CLASS_TOKEN && config.globalTokens() == 0) {
      throw new IllegalArgumentException(
          "this model has no global token; pool by MEAN or MAX, or set globalTokens");
    }
    Encoded encoded = encode(batch, precision, scope);
    PackedSide side = batch.encoder();
    return call(
        scope,
        "pool_seen",
        encoded.tokens(),
        encoded.batch().indices(),
        side.validOffset(),
        side.padded(),
        config.globalTokens(),
        pooling.ordinal());
  }

  /**
   * A batch after the encoder.
   *
   * @param seen by task, (K, D) before the encoder
   * @param tokens (B, N + G, D)
   * @param hidden scores that hide padding, (B, 1, 1, N + G), or no elements
   */
  record Encoded(
      BatchArrays batch,
      SeenPlaces places,
      Arithmetic arithmetic,
      Map<String, NDArray> seen,
      NDArray tokens,
      NDArray hidden) {}

  Encoded encode(PackedBatch packed, Precision precision, StepScope scope) {
    BatchArrays batch = BatchArrays.upload(packed, scope);
    PackedSide side = packed.encoder();
    int globals = config.globalTokens();
    int longest = Math.max(side.length() + globals, tasks.grid().places());
    Arithmetic arithmetic = Arithmetic.of(precision, parameters.device(), longest);
    Map<String, NDArray> seen = new LinkedHashMap<>();
    for (PackedPart part : side.parts()) {
      String task = part.spec().name().base();
      InputAdapter adapter = inputs.get(task);
      if (adapter == null) {
        throw new IllegalArgumentException(
            "the network was built without an input task "
                + task
                + "; it knows "
                + inputs.keySet());
      }
      seen.put(task, adapter.tokens(batch, part, arithmetic.linear(), scope));
    }
    NDArray x =
        call(
            scope,
            "arrange",
            batch.indices(),
            side.contentRowsOffset(),
            packed.rows(),
            side.length(),
            new NDList(seen.values())); // (B, N, D)
    if (globals > 0) {
      x = call(scope, "append_globals", x, parameters.get("global_tokens")); // (B, N + G, D)
    }
    NDArray hidden =
        side.padded()
            ? call(
                scope,
                "hide_padding_before_globals",
                batch.indices(),
                side.validOffset(),
                packed.rows(),
                side.length(),
                globals)
            : nothing(scope);
    NDArray encoded = encoder.run(x, hidden, nothing(scope), arithmetic, scope);
    SeenPlaces places = new SeenPlaces(packed, tasks.grid().places(), globals);
    return new Encoded(batch, places, arithmetic, seen, encoded, hidden);
  }

  private NDArray predict(Encoded encoded, TaskDecoder decoder, StepScope scope) {
    return decoder.predict(
        encoded.batch(),
        encoded.tokens(),
        encoded.places().queryRows(decoder.task().task(), scope),
        encoded.hidden(),
        encoded.arithmetic(),
        scope);
  }

  /**
   * Losses on the device.
   *
   * @param total what gradients are taken of
   * @param each (tasks) before they are weighted
   * @param counts compared patches by task
   */
  private record Losses(
      MultiMaeConfig config, PackedBatch batch, NDArray total, NDArray each, int[] counts) {

    boolean differentiable() {
      return Arrays.stream(counts).anyMatch(count -> count > 0);
    }

    StepLoss read() {
      float[] values = each.toFloatArray();
      List<ModalityLoss> all = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        all.add(new ModalityLoss(config.outputs().get(i).name(), values[i], counts[i]));
      }
      return new StepLoss(
          total.getFloat(), all, batch.encoder().tokens(), batch.decoder().tokens());
    }
  }

  private Losses losses(Encoded encoded, StepScope scope) {
    NDList each = new NDList();
    int[] counts = new int[decoders.size()];
    for (int i = 0; i < counts.length; i++) {
      TaskDecoder decoder = decoders.get(i);
      List<PackedPart> compared = compared(encoded.places(), decoder.task());
      counts[i] = compared.stream().mapToInt(PackedPart::count).sum();
      each.add(
          counts[i] == 0 ? scope.manager().create(0f) : loss(encoded, decoder, compared, scope));
    }
    NDList result =
        kernels.call(
            scope.manager(),
            "weigh_tasks",
            each,
            parameters.orAbsent(MultiMaeLayout.LOG_VARIANCES));
    return new Losses(config, encoded.batch().packed(), result.get(0), result.get(1), counts);
  }

  /** Returns the parts of a batch whose patches a task's predictions are compared with. */
  private List<PackedPart> compared(SeenPlaces places, OutputTask task) {
    List<PackedPart> parts = new ArrayList<>();
    places.removed(task.task()).ifPresent(parts::add);
    if (config.lossOnUnmasked()) {
      Optional<PackedPart> seen = places.seen(task.task());
      seen.ifPresent(parts::add);
    }
    return parts;
  }

  private NDArray loss(
      Encoded encoded, TaskDecoder decoder, List<PackedPart> compared, StepScope scope) {
    NDList contents = new NDList();
    NDList places = new NDList();
    for (PackedPart part : compared) {
      contents.add(patches.of(encoded.batch(), part, scope));
      places.add(encoded.places().flat(part, scope));
    }
    OutputTask task = decoder.task();
    NDArray prediction = predict(encoded, decoder, scope); // (B, L, C x P)
    NDArray truth = call(scope, "join_rows", contents); // (K, P x C) or (K, P)
    NDArray at = call(scope, "join_rows", places); // (K)
    if (task.normalisedPixels()) {
      truth = call(scope, "normalise_patches", truth);
    }
    return switch (task.loss()) {
      case MSE, L1 ->
          call(
              scope,
              "patch_loss",
              prediction,
              truth,
              at,
              task.channels(),
              task.loss() == TaskLoss.L1,
              config.lossOnUnmasked());
      case CROSS_ENTROPY ->
          call(
              scope, "class_loss", prediction, truth, at, task.channels(), config.lossOnUnmasked());
    };
  }

  private static NDArray nothing(StepScope scope) {
    return scope.manager().create(new Shape(0), DataType.FLOAT32);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
