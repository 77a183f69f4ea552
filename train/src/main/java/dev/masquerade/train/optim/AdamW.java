package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * AdamW as in [1], in the engine's fused form: one pass over parameters, gradients and both moments
 * for the parameters that decay, one for the rest. The global norm is measured first; the scaling
 * that clipping asks for happens inside the same pass.
 *
 * Parameters whose names end in ".bias" or that belong to a norm do not decay; all others do,
 * modality embeddings, mask token, registers and learned positions included, as in the 4M reference.
 *
 * A parameter without a gradient does not move until it has had one; from then on a missing gradient
 * counts as zero, so that its moments fade and its decay goes on.
 *
 * [1] Loshchilov and Hutter, Decoupled Weight Decay Regularization, arXiv 1711.05101.
 */
/**
 * Moves parameters against their gradients. Its whole memory is arrays beside the parameters, on
 * their device, which {@link #state} hands out and {@link #restore} takes back.
 */
public final class AdamW implements AutoCloseable {

  private static final String KERNELS = "/dev/masquerade/train/optim/adamw.py";

  private final AdamWSettings settings;
  private final KernelModule kernels;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();

  /**
   * Starts with zero moments.
   *
   * @param parameters trained parameters in their own order; float32, owned by the caller, and
   *     updated in place
   * @param parent the state's arrays live on a manager below it, on its device, until {@link
   *     #close}
   */
  public AdamW(Map<String, NDArray> parameters, AdamWSettings settings, NDManager parent) {
    this.settings = settings;
    this.kernels = KernelModule.load(AdamW.class, KERNELS);
    this.manager = parent.newSubManager();
    parameters.forEach((name, parameter) -> slots.add(new Slot(name, parameter, manager)));
  }

  /** Says whether a parameter of this name is pulled towards zero. */
  public static boolean decays(String name) {
    return !name.endsWith(".bias") && !name.contains("norm.") && !name.contains(".norm");
  }

  /**
   * Takes one step.
   *
   * @param gradients one per parameter, in their order, null where a parameter had no part in the
   *     loss; scaled in place
   * @param rate learning rate
   * @param decay weight decay of the parameters that decay
   * @param scope owner of what the step needs beside its state
   * @return what became of it; reading it waits for the device
   */
  public StepOutcome step(
      StepScope scope, List<? extends @Nullable NDArray> gradients, double rate, double decay) {
    if (gradients.size() != slots.size()) {
      throw new IllegalArgumentException(
          gradients.size() + " gradients for " + slots.size() + " parameters");
    }
    NDList all = new NDList();
    Group decayed = new Group();
    Group rest = new Group();
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
      (decays(slot.name) ? decayed : rest).add(slot, gradient);
    }
    if (all.isEmpty()) {
      // A batch without a single target: nothing to learn from, and no reason to end a run.
      return new StepOutcome(0, true);
    }
    NDList measured =
        kernels.callWithoutGradients(
            scope.manager(), "measure_gradients", all, settings.clipNorm());
    NDArray divisor = measured.get(1);
    NDArray unusable = measured.get(2);
    decayed.step(scope, rate, decay, divisor, unusable);
    rest.step(scope, rate, 0, divisor, unusable);
    // One copy from the device for both, because reading waits for it.
    float[] outcome = measured.get(0).toFloatArray();
    return new StepOutcome(outcome[0], outcome[1] != 0);
  }

  /**
   * Adds gradients to sums of earlier parts of a batch.
   *
   * @param scope owner of the sums that start here
   * @param sums updated in place; null where no part had a gradient so far
   * @param gradients of this part, in the same order; copied
   * @param weight of this part in the sum
   */
  public void accumulate(
      StepScope scope,
      List<@Nullable NDArray> sums,
      List<? extends @Nullable NDArray> gradients,
      double weight) {
    NDList into = new NDList();
    NDList from = new NDList();
    for (int i = 0; i < gradients.size(); i++) {
      NDArray gradient = gradients.get(i);
      if (gradient == null) {
        continue;
      }
      NDArray sum = sums.get(i);
      if (sum == null) {
        sum = scope.manager().zeros(gradient.getShape(), DataType.FLOAT32);
        sums.set(i, sum);
      }
      into.add(sum);
      from.add(gradient);
    }
    kernels.callWithoutGradients(scope.manager(), "accumulate_gradients", into, from, weight);
  }

  /**
   * Returns the whole memory of the optimiser: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME} and
   * {@code step.NAME} (steps taken, one number) for every parameter that has moved. The arrays are
   * the live ones and belong to the optimiser.
   */
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

  /**
   * Takes back what {@link #state} gave.
   *
   * @param names of all saved arrays
   * @param values the values of one of them, row by row; copied
   * @throws IllegalArgumentException if an array is of no parameter, has another number of values,
   *     or lacks its companions
   */
  public void restore(Collection<String> names, Function<String, FloatBuffer> values) {
    Set<String> left = new LinkedHashSet<>(names);
    for (Slot slot : slots) {
      slot.started = left.contains("exp_avg." + slot.name);
      if (slot.started) {
        copy(left, values, "exp_avg." + slot.name, slot.mean);
        copy(left, values, "exp_avg_sq." + slot.name, slot.square);
        copy(left, values, "step." + slot.name, slot.count);
      }
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "the state of the optimiser holds "
              + left.iterator().next()
              + ", but the model has no such parameter");
    }
  }

  private void copy(
      Set<String> left, Function<String, FloatBuffer> values, String name, NDArray to) {
    if (!left.remove(name)) {
      throw new IllegalArgumentException("the state of the optimiser lacks " + name);
    }
    FloatBuffer saved = values.apply(name);
    if (saved.remaining() != to.size()) {
      throw new IllegalArgumentException(
          "the state of the optimiser holds "
              + name
              + " with "
              + saved.remaining()
              + " values, the model needs "
              + to.size());
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDArray source = scratch.create(saved, to.getShape(), DataType.FLOAT32);
      kernels.callWithoutGradients(scratch, "restore_state", to, source);
    }
  }

  /** Frees the state; parameters stay. */
  @Override
  public void close() {
    manager.close();
    kernels.close();
  }

  /**
   * What became of a step.
   *
   * @param gradientNorm global L2 norm before clipping; not finite where a gradient was not
   * @param skipped whether nothing was changed because of that
   */
  public record StepOutcome(double gradientNorm, boolean skipped) {}

  /** One parameter with its moments. */
  private static final class Slot {
    final String name;
    final NDArray parameter;
    final NDArray mean;
    final NDArray square;
    final NDArray count;
    boolean started;

    Slot(String name, NDArray parameter, NDManager manager) {
      this.name = name;
      this.parameter = parameter;
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

    void step(StepScope scope, double rate, double decay, NDArray divisor, NDArray unusable) {
      if (parameters.isEmpty()) {
        return;
      }
      kernels.callWithoutGradients(
          scope.manager(),
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
          divisor,
          unusable);
    }
  }
}
