package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * LARS [1] as MAE's linear probe has it: d = gradient + decay x weight, scaled by trust x |weight| /
 * |d|; mu = momentum x mu + d; weight = weight - rate x mu, with mu starting at zero. Tensors of rank
 * 1 or less neither decay nor are scaled; a norm of 0 scales by 1.
 *
 * Unlike AdamW's, a missing gradient leaves a parameter where it is, its momentum too.
 *
 * [1] You et al.: Large Batch Training of Convolutional Networks, arXiv 1708.03888.
 */
/** LARS. Its memory is {@code mu.NAME} of every parameter that has moved. */
public final class Lars implements Optimiser {

  private static final String KERNELS = "/dev/masquerade/train/optim/lars.py";

  private final LarsSettings settings;
  private final OptimiserKernels kernels;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();

  /**
   * Starts with zero momentum.
   *
   * @param parameters trained parameters in their own order; float32, owned by the caller, and
   *     updated in place
   * @param parent the state's arrays live on a manager below it, on its device, until {@link
   *     #close}
   */
  public Lars(Map<String, NDArray> parameters, LarsSettings settings, NDManager parent) {
    this.settings = settings;
    this.kernels = new OptimiserKernels(KERNELS);
    this.manager = parent.newSubManager();
    parameters.forEach((name, parameter) -> slots.add(new Slot(name, parameter, manager)));
  }

  @Override
  public StepOutcome step(
      StepScope scope, List<? extends @Nullable NDArray> gradients, double rate, double decay) {
    if (gradients.size() != slots.size()) {
      throw new IllegalArgumentException(
          gradients.size() + " gradients for " + slots.size() + " parameters");
    }
    NDList parameters = new NDList();
    NDList present = new NDList();
    NDList momenta = new NDList();
    List<Long> scaled = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      NDArray gradient = gradients.get(i);
      if (gradient == null) {
        continue;
      }
      Slot slot = slots.get(i);
      slot.started = true;
      parameters.add(slot.parameter);
      present.add(gradient);
      momenta.add(slot.momentum);
      scaled.add(slot.parameter.getShape().dimension() > 1 ? 1L : 0L);
    }
    if (present.isEmpty()) {
      return new StepOutcome(0, true);
    }
    OptimiserKernels.Measured measured = kernels.measure(scope, present, settings.clipNorm());
    kernels.call(
        scope,
        "step_parameters",
        parameters,
        present,
        momenta,
        scaled.stream().mapToLong(Long::longValue).toArray(),
        rate,
        decay,
        settings.momentum(),
        settings.trust(),
        measured.divisor(),
        measured.unusable());
    return measured.outcome();
  }

  @Override
  public void accumulate(
      StepScope scope,
      List<@Nullable NDArray> sums,
      List<? extends @Nullable NDArray> gradients,
      double weight) {
    kernels.accumulate(scope, sums, gradients, weight);
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      if (slot.started) {
        state.put("mu." + slot.name, slot.momentum);
      }
    }
    return state;
  }

  @Override
  public void restore(Collection<String> names, Function<String, FloatBuffer> values) {
    SavedState saved = new SavedState(kernels, names, values);
    for (Slot slot : slots) {
      slot.started = saved.holds("mu." + slot.name);
      if (slot.started) {
        saved.copy("mu." + slot.name, slot.momentum);
      }
    }
    saved.refuseRest();
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }

  /** One parameter with its momentum. */
  private static final class Slot {
    final String name;
    final NDArray parameter;
    final NDArray momentum;
    boolean started;

    Slot(String name, NDArray parameter, NDManager manager) {
      this.name = name;
      this.parameter = parameter;
      this.momentum = manager.zeros(parameter.getShape(), DataType.FLOAT32);
    }
  }
}
