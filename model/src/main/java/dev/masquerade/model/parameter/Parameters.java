package dev.masquerade.model.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one model on one device, float32, in the order and under the names of its layout.
 * They live until this is closed; whoever changes them does so in place.
 */
public final class Parameters implements AutoCloseable {

  private final ParameterLayout layout;
  private final NDManager manager;
  private final Map<String, NDArray> owners;
  private final List<ParameterSpec> trainable;
  private final NDList trainableArrays;
  private final NDArray absent;
  private final KernelModule kernels;

  /** Whether tensors belong to other parameters, of which these are a part. */
  private final boolean part;

  private Parameters(
      ParameterLayout layout,
      NDManager manager,
      KernelModule kernels,
      Map<String, NDArray> owners) {
    this(layout, manager, kernels, owners, null);
  }

  private Parameters(
      ParameterLayout layout,
      NDManager manager,
      KernelModule kernels,
      Map<String, NDArray> owners,
      @Nullable NDArray absent) {
    this.layout = layout;
    this.manager = manager;
    this.kernels = kernels;
    this.owners = owners;
    this.trainable = layout.trainable();
    List<NDArray> arrays = new ArrayList<>();
    for (ParameterSpec spec : trainable) {
      arrays.add(arrayOf(spec.name()));
    }
    this.trainableArrays = new NDList(arrays);
    this.part = absent != null;
    this.absent = absent != null ? absent : manager.create(new Shape(0), DataType.FLOAT32);
  }

  /**
   * Creates parameters on a device.
   *
   * @param values the values of a tensor, row by row; asked once per tensor that is not another
   *     one's second name. What it returns is copied and may be used again for the next
   */
  public static Parameters create(
      ParameterLayout layout, Device device, Function<ParameterSpec, FloatBuffer> values) {
    NDManager manager = ComputeEngine.start().newManager(device);
    KernelModule kernels = KernelModule.load(Parameters.class, Kernels.GRADIENTS);
    StagingBuffer staging = new StagingBuffer();
    try {
      Map<String, NDArray> owners = new LinkedHashMap<>();
      for (ParameterSpec spec : layout.owners()) {
        NDArray array = manager.create(shapeOf(spec), DataType.FLOAT32);
        array.setName(spec.name());
        owners.put(spec.name(), array);
        copyInto(kernels, staging, spec, array, values.apply(spec));
        if (spec.trainable()) {
          array.setRequiresGradient(true);
        }
      }
      return new Parameters(layout, manager, kernels, owners);
    } catch (RuntimeException e) {
      kernels.close();
      manager.close();
      throw e;
    }
  }

  private static void copyInto(
      KernelModule kernels,
      StagingBuffer staging,
      ParameterSpec spec,
      NDArray target,
      FloatBuffer values) {
    if (values.remaining() != spec.elements()) {
      throw new IllegalArgumentException(
          spec.name()
              + " has "
              + spec.elements()
              + " values of shape "
              + spec.shape()
              + ", was given "
              + values.remaining());
    }
    if (spec.elements() == 0) {
      return;
    }
    try (NDManager scratch = target.getManager().newSubManager()) {
      NDArray source = scratch.create(staging.copyOf(values), shapeOf(spec), DataType.FLOAT32);
      kernels.callWithoutGradients(scratch, "copy_into", target, source);
    }
  }

  private static Shape shapeOf(ParameterSpec spec) {
    return new Shape(spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Returns the parameters whose names start with a prefix, by their names without it: the same
   * tensors, which this goes on to own. Closing what is returned does nothing.
   *
   * @throws IllegalArgumentException if no name starts so
   */
  public Parameters under(String prefix) {
    Map<String, ParameterSpec> specs = new LinkedHashMap<>();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : layout.parameters()) {
      if (spec.name().startsWith(prefix)) {
        ParameterSpec part = spec.without(prefix);
        specs.put(part.name(), part);
        if (part.tiedTo().isEmpty()) {
          arrays.put(part.name(), arrayOf(spec.name()));
        }
      }
    }
    if (specs.isEmpty()) {
      throw new IllegalArgumentException("this model has no tensors below " + prefix);
    }
    return new Parameters(ParameterLayout.of(specs), manager, kernels, arrays, absent);
  }

  /** Returns names, shapes and ties. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Returns the device all tensors live on. */
  public Device device() {
    return manager.getDevice();
  }

  /** Returns the manager that owns them; open a step's scope below it. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Returns the tensor of a name, or the one it is tied to; it stays owned by these parameters.
   *
   * @throws IllegalArgumentException if the layout has no such name
   */
  public NDArray get(String name) {
    return arrayOf(layout.owner(name));
  }

  /**
   * Returns the tensor of a name, or an array without elements where the layout has none of that
   * name or holds it at 0: how kernels are told that there is no bias.
   */
  public NDArray orAbsent(String name) {
    if (!layout.contains(name)) {
      return absent;
    }
    ParameterSpec owner = layout.get(layout.owner(name));
    boolean fixedBias = !owner.learnt() && name.endsWith(".bias");
    return fixedBias ? absent : arrayOf(owner.name());
  }

  /** Returns what an optimiser moves, in order. */
  public List<ParameterSpec> trainable() {
    return trainable;
  }

  /** Returns the arrays of {@link #trainable}, in the same order. */
  public NDList trainableArrays() {
    return trainableArrays;
  }

  /** Copies the values of one tensor to the host. */
  public float[] read(String name) {
    return get(name).toFloatArray();
  }

  /**
   * Overwrites the values of one tensor.
   *
   * @param values row by row, as many as the tensor has; copied
   */
  public void write(String name, FloatBuffer values) {
    ParameterSpec owner = layout.get(layout.owner(name));
    copyInto(kernels, new StagingBuffer(), owner, arrayOf(owner.name()), values);
  }

  private NDArray arrayOf(String owner) {
    NDArray array = owners.get(owner);
    if (array == null) {
      throw new IllegalArgumentException("this model has no tensor named " + owner);
    }
    return array;
  }

  @Override
  public void close() {
    if (!part) {
      kernels.close();
      manager.close();
    }
  }
}
