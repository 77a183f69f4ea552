package dev.masquerade.train.average;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterSpec;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/*
 * What is trained is averaged; what is not (frozen tables, running statistics of batch norms) stays
 * the model's own. An average starts as a copy, so that it is a model from the first step on, and a
 * step that changed nothing moves it all the same: towards what it nearly is.
 */
/**
 * Exponential moving averages of the trained parameters of a model. The arrays live beside the
 * parameters, on their device. Used by one thread.
 */
public final class ParameterAverage implements AutoCloseable {

  private static final String KERNELS = "/dev/masquerade/train/average/average.py";

  private final AverageSettings settings;
  private final Parameters parameters;
  private final KernelModule kernels;
  private final NDManager manager;
  private final Map<String, NDArray> averages = new LinkedHashMap<>();
  private boolean exchanged;

  /**
   * Starts averages as copies of the parameters.
   *
   * @param parameters stay the caller's, who closes this before them
   */
  public ParameterAverage(Parameters parameters, AverageSettings settings) {
    this.settings = settings;
    this.parameters = parameters;
    this.kernels = KernelModule.load(ParameterAverage.class, Kernels.GRADIENTS, KERNELS);
    this.manager = parameters.manager().newSubManager();
    for (ParameterSpec spec : parameters.trainable()) {
      NDArray from = parameters.get(spec.name());
      NDArray average = manager.create(from.getShape(), DataType.FLOAT32);
      try (NDManager scratch = manager.newSubManager()) {
        kernels.callWithoutGradients(scratch, "overwrite", average, from);
      }
      averages.put(spec.name(), average);
    }
  }

  /**
   * Follows the parameters by one step.
   *
   * @param step of the optimiser that was just taken; the first is 0
   */
  public void follow(StepScope scope, long step) {
    if (exchanged) {
      throw new IllegalStateException("the averages stand in the place of the parameters");
    }
    kernels.callWithoutGradients(
        scope.manager(),
        "move_averages",
        new NDList(averages.values()),
        parameters.trainableArrays(),
        settings.at(step));
  }

  /**
   * Lets the model compute with the averages until the result is closed, for evaluation. Nothing
   * may be trained meanwhile.
   */
  public Exchange inPlace() {
    if (exchanged) {
      throw new IllegalStateException("the averages already stand in the place of the parameters");
    }
    exchange();
    exchanged = true;
    return () -> {
      exchange();
      exchanged = false;
    };
  }

  /** The time in which averages stand in the place of parameters. */
  @FunctionalInterface
  public interface Exchange extends AutoCloseable {
    @Override
    void close();
  }

  private void exchange() {
    try (NDManager scratch = manager.newSubManager()) {
      kernels.callWithoutGradients(
          scratch, "exchange", parameters.trainableArrays(), new NDList(averages.values()));
    }
  }

  /**
   * Copies the averaged values of a tensor to the host: those of the model itself where it is not
   * trained, so that every tensor of the layout has some and the whole is a model that can be
   * loaded.
   *
   * @param name of the layout, a second name of a tied tensor too
   */
  public float[] read(String name) {
    NDArray average = averages.get(parameters.layout().owner(name));
    return average == null ? parameters.read(name) : average.toFloatArray();
  }

  /**
   * Takes back averages that were saved under the names of the layout.
   *
   * @param names of all saved tensors; those of tensors that are not trained are left alone
   * @param values the values of one of them, row by row; copied
   * @throws IllegalArgumentException if one is missing or has another number of values
   */
  public void restore(Collection<String> names, Function<String, FloatBuffer> values) {
    averages.forEach(
        (name, average) -> {
          if (!names.contains(name)) {
            throw new IllegalArgumentException("the saved averages lack " + name);
          }
          FloatBuffer saved = values.apply(name);
          if (saved.remaining() != average.size()) {
            throw new IllegalArgumentException(
                "the saved averages hold "
                    + name
                    + " with "
                    + saved.remaining()
                    + " values, the model needs "
                    + average.size());
          }
          try (NDManager scratch = manager.newSubManager()) {
            NDArray source = scratch.create(saved, average.getShape(), DataType.FLOAT32);
            kernels.callWithoutGradients(scratch, "overwrite", average, source);
          }
        });
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
