package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;

/** A learned tokenizer in use whose decoder gives the content at once. */
public final class VqTokenizer extends FrameTokenizer {

  /** Places computed at once: enough for full speed, few enough for little memory. */
  private static final int PLACES_AT_ONCE = 4096;

  private final VqDescription description;
  private final VqNetwork network;

  /**
   * Composes a tokenizer.
   *
   * @param parameters laid out by {@code description}; they stay with the caller, who closes them
   *     after this tokenizer
   */
  public VqTokenizer(VqDescription description, Parameters parameters, Precision precision) {
    this(
        description,
        new VqNetwork(description.config(), description.image(), parameters),
        precision);
  }

  private VqTokenizer(VqDescription description, VqNetwork network, Precision precision) {
    super(
        description.image(),
        description.config().tokens(),
        network.kernels(),
        network.parameters(),
        network.encoder(),
        network.quantizer(),
        precision,
        PLACES_AT_ONCE);
    this.description = description;
    this.network = network;
  }

  @Override
  public VqDescription description() {
    return description;
  }

  /** {@inheritDoc} Nothing is drawn. */
  @Override
  protected NDArray patches(
      NDArray latents, int rows, TokenLayout.Grid grid, long[] contents, StepScope scope) {
    return network.decoder().patches(latents, rows, grid, arithmetic(grid), null, scope);
  }

  @Override
  public void close() {
    network.close();
  }
}
