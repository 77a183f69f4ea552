package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.Network;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.codec.CodecInput;
import dev.masquerade.model.codec.Quantized;
import dev.masquerade.model.codec.Quantizer;
import dev.masquerade.model.codec.VqEncoder;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.CodeUse;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.weights.ParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/*
 * A step: every picture becomes ids; noise of a random timestep is added to it; the decoder says
 * what the picture, the noise or the velocity was, given what stands for the ids; the loss is its
 * squared error, plus what the quantizer adds. Gradients reach the encoder through the quantizer.
 */
/**
 * A tokenizer with a diffusion decoder in training, over packed batches in which every patch of one
 * modality is seen. Arrays belong to the scope of the call.
 *
 * @see <a href="https://arxiv.org/abs/2206.00386">DiVAE: Photorealistic Images Synthesis with
 *     Denoising Diffusion Decoder</a>
 */
public final class DivaeNetwork implements Network {

  private final DivaeConfig config;
  private final ModalitySpec image;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final CodecInput input;
  private final VqEncoder encoder;
  private final Quantizer quantizer;
  private final PatchedUnet decoder;
  private final Diffusion diffusion;

  /** What gradients are taken of: of a frozen encoder the decoder's alone. */
  private final NDList trained = new NDList();

  private final List<String> trainedNames;

  /**
   * Composes a network.
   *
   * @param parameters laid out by {@code description}; they stay with the caller, who closes them
   *     after this network
   * @throws IllegalArgumentException if parts do not fit, naming them, their widths and what to
   *     change
   */
  public DivaeNetwork(DivaeDescription description, Parameters parameters) {
    this.config = description.config();
    this.image = description.image();
    DivaeDescription.chain(config, parameters.layout()).require();
    this.parameters = parameters;
    this.kernels = Kernels.loadModelWith(Kernels.MULTIMAE, Kernels.CODEC, Kernels.DIFFUSION);
    this.input = new CodecInput(kernels, config.tokens(), image, parameters.manager());
    this.encoder = new VqEncoder(config.tokens(), kernels, parameters);
    this.quantizer = Quantizer.of(config.tokens(), kernels, parameters);
    this.decoder =
        new PatchedUnet(kernels, config.decoder(), parameters.under(DivaeDescription.DECODER));
    this.diffusion = new Diffusion(kernels, config.diffusion().noise());
    this.trainedNames =
        parameters.trainable().stream()
            .map(ParameterSpec::name)
            .filter(name -> !config.frozenEncoder() || name.startsWith(DivaeDescription.DECODER))
            .toList();
    trainedNames.forEach(name -> trained.add(parameters.get(name)));
  }

  /** Returns dimensions and choices. */
  public DivaeConfig config() {
    return config;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  KernelModule kernels() {
    return kernels;
  }

  VqEncoder encoder() {
    return encoder;
  }

  Quantizer quantizer() {
    return quantizer;
  }

  PatchedUnet decoder() {
    return decoder;
  }

  Diffusion diffusion() {
    return diffusion;
  }

  /** Returns latents (K, d) as a map (B, d, h, w): the condition of the decoder. */
  NDArray condition(NDArray latents, int rows, TokenLayout.Grid grid, StepScope scope) {
    return call(scope, "latent_map", latents, rows, grid.rows(), grid.columns());
  }

  /**
   * What is drawn for the pictures of a batch.
   *
   * @param timesteps (B)
   * @param noise (B, C, H, W)
   * @param ignored (B, h, w) tokens the decoder is not told; null for none
   */
  private record Draws(int[] timesteps, NDArray noise, @Nullable NDArray ignored) {}

  private Draws draw(CodecInput.Seen seen, UniformRandomProvider rng, StepScope scope) {
    int[] timesteps = new int[seen.rows()];
    for (int row = 0; row < timesteps.length; row++) {
      timesteps[row] = rng.nextInt(config.diffusion().timesteps());
    }
    Shape shape = pictures(seen);
    NDArray noise =
        scope.manager().create(NormalNoise.draw(rng, Math.toIntExact(shape.size())), shape);
    boolean[] dropped = config.dropout().draw(rng, seen.rows(), seen.grid().places());
    NDArray ignored =
        dropped == null
            ? null
            : scope
                .manager()
                .create(dropped, new Shape(seen.rows(), seen.grid().rows(), seen.grid().columns()));
    return new Draws(timesteps, noise, ignored);
  }

  /** Timesteps evenly over the diffusion, and noise by the row: alike for equal batches. */
  private Draws spread(CodecInput.Seen seen, StepScope scope) {
    int rows = seen.rows();
    int[] timesteps = new int[rows];
    for (int row = 0; row < rows; row++) {
      timesteps[row] = (int) ((row + 0.5) * config.diffusion().timesteps() / rows);
    }
    Shape shape = pictures(seen);
    NDArray noise =
        NormalNoise.of(LongStream.range(0, rows).toArray())
            .next((int) shape.get(1), (int) shape.get(2), (int) shape.get(3), scope);
    return new Draws(timesteps, noise, null);
  }

  private Shape pictures(CodecInput.Seen seen) {
    int edge = config.tokens().patchSize();
    return new Shape(
        seen.rows(),
        config.tokens().channels(),
        (long) seen.grid().rows() * edge,
        (long) seen.grid().columns() * edge);
  }

  /**
   * What a pass gives.
   *
   * @param loss a scalar to take gradients of
   * @param error the part of it that is the decoder's
   * @param ids (K, H) that latents became
   */
  private record Pass(NDArray loss, NDArray error, NDArray ids) {}

  private Pass pass(
      CodecInput.Seen seen,
      Draws draws,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray prepared = encoder.prepare(seen.patches(), scope); // (K, W)
    Quantized quantized =
        config.frozenEncoder()
            ? kernels.withoutGradients(() -> quantise(seen, prepared, precision, null, scope))
            : quantise(seen, prepared, precision, rng, scope);
    NDArray pictures =
        call(
            scope,
            "join_patches",
            prepared,
            seen.rows(),
            seen.grid().rows(),
            seen.grid().columns(),
            config.tokens().patchSize()); // (B, C, H, W)
    NDArray output =
        decoder.predict(
            diffusion.noisy(pictures, draws.noise(), draws.timesteps(), scope),
            scope.manager().create(draws.timesteps()),
            condition(quantized.values(), seen.rows(), seen.grid(), scope),
            draws.ignored(),
            precision,
            scope);
    NDArray target =
        switch (config.diffusion().prediction()) {
          case SAMPLE -> pictures;
          case EPSILON -> draws.noise();
          case VELOCITY -> diffusion.velocity(pictures, draws.noise(), draws.timesteps(), scope);
        };
    NDArray error = call(scope, "squared_error", output, target);
    NDArray extra = quantized.loss();
    return new Pass(
        extra == null ? error : call(scope, "add_losses", error, extra), error, quantized.ids());
  }

  /** Quantises as in training where there is a stream to draw from. */
  private Quantized quantise(
      CodecInput.Seen seen,
      NDArray prepared,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray latents = latents(prepared, seen.rows(), seen.grid(), precision, rng, scope);
    return rng == null ? quantizer.quantise(latents, scope) : quantizer.train(latents, rng, scope);
  }

  /** Encodes what {@link VqEncoder#prepare} gave: (K, W) to (K, d). */
  NDArray latents(
      NDArray prepared,
      int rows,
      TokenLayout.Grid grid,
      Precision precision,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    Arithmetic arithmetic = Arithmetic.of(precision, parameters.device(), grid.places());
    return encoder.latents(prepared, rows, grid, arithmetic, rng, scope);
  }

  @Override
  public StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope) {
    CodecInput.Seen seen = input.of(batch, scope);
    Pass pass = pass(seen, draw(seen, rng, scope), precision, rng, scope);
    NDList found = kernels.call(scope.manager(), "gradients", pass.loss(), trained);
    long[] numbers = found.get(found.size() - 1).toLongArray();
    Map<String, NDArray> gradients = new HashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      gradients.put(trainedNames.get((int) numbers[i]), found.get(i));
    }
    return new StepResult(read(pass, batch), Gradients.of(parameters, gradients));
  }

  /**
   * {@inheritDoc} Timesteps lie evenly over the diffusion and noise is a function of the row, so
   * that losses of equal batches are equal.
   */
  @Override
  public StepLoss loss(PackedBatch batch, Precision precision, StepScope scope) {
    Supplier<StepLoss> loss =
        () -> {
          CodecInput.Seen seen = input.of(batch, scope);
          Pass pass = pass(seen, spread(seen, scope), precision, null, scope);
          return read(pass, batch)
              .withCodes(
                  CodeUse.ofPlaces(
                      quantizer.codes(), quantizer.codebooks(), pass.ids().toLongArray()));
        };
    return kernels.withoutGradients(loss);
  }

  private StepLoss read(Pass pass, PackedBatch batch) {
    int tokens = batch.encoder().tokens();
    ModalityLoss loss = new ModalityLoss(image.name().value(), pass.error().getFloat(), tokens);
    return new StepLoss(pass.loss().getFloat(), List.of(loss), tokens, tokens);
  }

  @Override
  public void stepped(long step, long steps, StepScope scope) {
    if (!config.frozenEncoder()) {
      quantizer.stepped(scope);
    }
  }

  @Override
  public void skipped() {
    quantizer.skipped();
  }

  @Override
  public Map<String, Double> measures() {
    return config.frozenEncoder() ? Map.of() : quantizer.usage().measures();
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    quantizer.close();
    kernels.close();
  }
}
