package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
 * AdamW as in [1], in the engine's fused form: one pass over parameters, gradients and both moments
 * for all parameters that decay alike and move alike, so two passes where all move at one rate. The
 * global norm is measured first; the scaling that clipping asks for happens inside the same pass.
 *
 * A parameter without a gradient does not move until it has had one; from then on a missing gradient
 * counts as zero, so that its moments fade and its decay goes on.
 *
 * [1] Loshchilov and Hutter, Decoupled Weight Decay Regularization, arXiv 1711.05101.
 */
/**
 * AdamW. Its memory is {@code exp_avg.NAME}, {@code exp_avg_sq.NAME} and {@code step.NAME} (steps
 * taken, one number) of every parameter that has moved.
 */
public final class AdamW implements Optimiser {

  private static final String KERNELS = "/dev/masquerade/train/optim/adamw.py";

  private final AdamWSettings settings;
  private final OptimiserKernels kernels;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();

  /**
   * Starts with zero moments and the groups of the 4M reference.
   *
   * @param parameters trained parameters in their own order; float32, owned by the caller, and
   *     updated in place
   * @param parent the state's arrays live on a manager below it, on its device, until {@link
   *     #close}
   */
  public AdamW(Map<String, NDArray> parameters, AdamWSettings settings, NDManager parent) {
    this(parameters, settings, ParameterGroups.FOUR_M, parent);
  }

  /**
   * Starts with zero moments.
   *
   * @param parameters trained parameters in their own order; float32, owned by the caller, and
   *     updated in place
   * @param groups which of them decay, and how fast each moves
   * @param parent the state's arrays live on a manager below it, on its device, until {@link
   *     #close}
   */
  public AdamW(
      Map<String, NDArray> parameters,
      AdamWSettings settings,
      ParameterGroups groups,
      NDManager parent) {
    this.settings = settings;
    this.kernels = new OptimiserKernels(KERNELS);
    this.manager = parent.newSubManager();
    parameters.forEach((name, parameter) -> slots.add(new Slot(name, parameter, groups, manager)));
  }

  @Override
  public StepOutcome step(
      StepScope scope, List<? extends @Nullable NDArray> gradients, double rate, double decay) {
    if (gradients.size() != slots.size()) {
      throw new IllegalArgumentException(
          gradients.size() + " gradients for " + slots.size() + " parameters");
    }
    NDList all = new NDList();
    Map<Treatment, Group> groups = new LinkedHashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      NDArray gradient = gradients.get(i);
      if (gradient == null) {
        if (!slot.started) {
          continue;
        }
        gradient = scope.manager().zeros(slot.parameter.getShape(), DataType.FLOAT32);
      }
      slot.started = true;
      all.add(gradient);
      groups.computeIfAbsent(slot.treatment, key -> new Group()).add(slot, gradient);
    }
    if (all.isEmpty()) {
      // A batch without a single target: nothing to learn from, and no reason to end a run.
      return new StepOutcome(0, true);
    }
    OptimiserKernels.Measured measured = kernels.measure(scope, all, settings.clipNorm());
    groups.forEach(
        (treatment, group) ->
            group.step(scope, rate * treatment.rate(), treatment.decays() ? decay : 0, measured));
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
        state.put("exp_avg." + slot.name, slot.mean);
        state.put("exp_avg_sq." + slot.name, slot.square);
        state.put("step." + slot.name, slot.count);
      }
    }
    return state;
  }

  @Override
  public void restore(Collection<String> names, Function<String, FloatBuffer> values) {
    SavedState saved = new SavedState(kernels, names, values);
    for (Slot slot : slots) {
      slot.started = saved.holds("exp_avg." + slot.name);
      if (slot.started) {
        saved.copy("exp_avg." + slot.name, slot.mean);
        saved.copy("exp_avg_sq." + slot.name, slot.square);
        saved.copy("step." + slot.name, slot.count);
      }
    }
    saved.refuseRest();
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }

  /** What the parameters of one group have in common. */
  private record Treatment(boolean decays, double rate) {}

  /** One parameter with its moments. */
  private static final class Slot {
    final String name;
    final NDArray parameter;
    final Treatment treatment;
    final NDArray mean;
    final NDArray square;
    final NDArray count;
    boolean started;

    Slot(String name, NDArray parameter, ParameterGroups groups, NDManager manager) {
      this.name = name;
      this.parameter = parameter;
      this.treatment =
          new Treatment(
              groups.decay().decays(name, parameter.getShape().dimension()),
              groups.rate().of(name));
      this.mean = manager.zeros(parameter.getShape(), DataType.FLOAT32);
      this.square = manager.zeros(parameter.getShape(), DataType.FLOAT32);
      this.count = manager.zeros(new Shape(), DataType.FLOAT32);
    }
  }

  /** Parameters that share one call. */
  private final class Group {
    final NDList parameters = new NDList();
    final NDList gradients = new NDList();
    final NDList means = new NDList();
    final NDList squares = new NDList();
    final NDList counts = new NDList();

    void add(Slot slot, NDArray gradient) {
      parameters.add(slot.parameter);
      gradients.add(gradient);
      means.add(slot.mean);
      squares.add(slot.square);
      counts.add(slot.count);
    }

    void step(StepScope scope, double rate, double decay, OptimiserKernels.Measured measured) {
      kernels.call(
          scope,
          "step_parameters",
          parameters,
          gradients,
          means,
          squares,
          counts,
          rate,
          decay,
          settings.beta1(),
          settings.beta2(),
          settings.epsilon(),
          measured.divisor(),
          measured.unusable());
    }
  }
}
