package dev.masquerade.train;

import ai.djl.Device;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.Network;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.PrecisionChoice;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.function.Function;

/** A model on its device, with the arithmetic it uses. */
public final class RunModel implements AutoCloseable {

  private final ModelDescription description;
  private final Parameters parameters;
  private final Network network;
  private final Precision precision;

  private RunModel(
      ModelDescription description, Parameters parameters, LossKind loss, Precision precision) {
    this.description = description;
    this.parameters = parameters;
    this.precision = precision;
    this.network = description.family().network(description, parameters, loss);
  }

  /** Makes a model whose parameters start from a seed. */
  static RunModel start(
      ModelDescription description,
      long seed,
      DeviceChoice device,
      PrecisionChoice precision,
      LossKind loss) {
    ParameterInitialiser initialiser = new ParameterInitialiser(seed);
    return create(
        description, spec -> FloatBuffer.wrap(initialiser.values(spec)), device, precision, loss);
  }

  /**
   * Makes a model that starts from stored weights where they have them and from a seed elsewhere.
   *
   * @param weights see {@link InitialWeights#open}
   * @throws RunRefusedException if no tensor of the file is one of the model's
   */
  static RunModel startFrom(
      Path weights,
      ModelDescription description,
      long seed,
      DeviceChoice device,
      PrecisionChoice precision,
      LossKind loss)
      throws IOException {
    ParameterInitialiser initialiser = new ParameterInitialiser(seed);
    try (InitialWeights initial = InitialWeights.open(weights, description)) {
      return create(
          description, spec -> initial.valuesOr(initialiser, spec), device, precision, loss);
    }
  }

  /**
   * Loads a model to go on with, whose tensors must be exactly those described.
   *
   * @throws RunRefusedException naming the tensors that differ
   */
  static RunModel resume(
      Path checkpoint,
      ModelDescription description,
      DeviceChoice device,
      PrecisionChoice precision,
      LossKind loss)
      throws IOException {
    try (StoredModel stored = StoredModel.open(checkpoint)) {
      WeightMatch match = WeightMatch.of(description.layout(), stored.tensors());
      if (!match.fits()) {
        throw new RunRefusedException(
            "the run's model is not the one of its checkpoint: "
                + stored.tensors().path()
                + " "
                + match.report());
      }
      if (!stored.description().equals(description)) {
        throw new RunRefusedException(
            "the run's model is not the one of its checkpoint, though its tensors have the same"
                + " shapes: "
                + ModelDifference.describe(stored.description(), description)
                + ". Set it back, or start a new run with model.initial_weights");
      }
      return create(description, match::valuesOrKnown, device, precision, loss);
    }
  }

  /**
   * Loads a stored model as it describes itself, for evaluation. Adapters become part of the maps
   * they stand beside.
   *
   * @param path a checkpoint's directory or a safetensors file
   */
  public static RunModel open(Path path, DeviceChoice device, PrecisionChoice precision)
      throws IOException {
    try (StoredModel stored = StoredModel.open(path).fused()) {
      WeightMatch match = stored.match().require();
      return create(
          stored.description(), match::valuesOrKnown, device, precision, LossKind.PER_MODALITY);
    }
  }

  private static RunModel create(
      ModelDescription description,
      Function<ParameterSpec, FloatBuffer> values,
      DeviceChoice choice,
      PrecisionChoice precision,
      LossKind loss) {
    ComputeEngine engine = ComputeEngine.start();
    Device device = engine.device(choice);
    Parameters parameters = Parameters.create(description.layout(), device, values);
    try {
      return new RunModel(description, parameters, loss, precision.on(engine, device));
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  /** Returns what model it is. */
  public ModelDescription description() {
    return description;
  }

  /** Returns names, shapes and ties of its tensors. */
  public ParameterLayout layout() {
    return parameters.layout();
  }

  /** Returns its tensors. */
  public Parameters parameters() {
    return parameters;
  }

  /** Returns the network. */
  public Network network() {
    return network;
  }

  /**
   * Returns the network as one that predicts tokens.
   *
   * @throws RunRefusedException if it is of another family
   */
  public MaskedModel tokenPredictor() {
    if (network instanceof MaskedModel model) {
      return model;
    }
    throw new RunRefusedException(
        "this model predicts no tokens, its family is "
            + description.family().name()
            + ". Use reconstruct to see what it predicts, and embed or probe to measure it");
  }

  /** Returns the arithmetic of linear layers. */
  public Precision precision() {
    return precision;
  }

  /** Returns where it lives. */
  public Device device() {
    return parameters.device();
  }

  @Override
  public void close() {
    network.close();
    parameters.close();
  }
}
