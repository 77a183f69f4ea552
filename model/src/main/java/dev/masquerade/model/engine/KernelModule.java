package dev.masquerade.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.ModuleMethods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * TorchScript functions, compiled from sources among the resources and called from Java.
 *
 * <p>A source holds plain functions at the left margin whose first parameter is {@code self}; all
 * sources of a module become methods of one class and call each other as {@code self.name(...)}.
 * Inside, {@code torch.x} is the engine's operator {@code x}, dtypes are numbers (fp16 5, fp32 6,
 * bf16 15), and comments start with {@code #}.
 *
 * <p>Kernels have no state, so any number of threads may call one module. Arguments are arrays,
 * lists of arrays, {@code long}, {@code int}, {@code double}, {@code boolean}, {@code long[]},
 * {@code double[]} and null. Results belong to the manager named in the call, whatever they were
 * made from.
 */
public final class KernelModule implements AutoCloseable {

  /** Whether this thread is inside {@link #withoutGradients}; the engine's own mode is not ours. */
  private static final ThreadLocal<Boolean> EVALUATING = ThreadLocal.withInitial(() -> false);

  private final NDManager manager;
  private final PtSymbolBlock module;
  private final long nothing;

  private KernelModule(NDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    this.module = module;
    this.nothing = ModuleMethods.handle(module, "nothing");
  }

  /**
   * Compiles kernels.
   *
   * @param owner class beside whose resources the sources lie
   * @param sources resource paths as {@link Class#getResourceAsStream} takes them
   * @throws EngineException if a source does not compile; the message quotes the place
   */
  public static KernelModule load(Class<?> owner, String... sources) {
    NDManager manager = ComputeEngine.start().newManager(Device.cpu());
    try {
      JniUtils.setGraphExecutorOptimize(false);
      byte[] archive = KernelArchive.build(owner, Arrays.asList(sources));
      PtSymbolBlock module =
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
      return new KernelModule(manager, module);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw new EngineException(
          "kernels " + List.of(sources) + " do not load: " + e.getMessage(), e);
    }
  }

  /**
   * Calls a kernel and records what gradients need, unless the thread is {@link #withoutGradients}.
   *
   * @param owner manager of the results
   */
  public NDList call(NDManager owner, String method, @Nullable Object... arguments) {
    return run(!EVALUATING.get(), owner, method, arguments);
  }

  /**
   * Calls a kernel without recording anything: for evaluation, and for updates in place.
   *
   * @param owner manager of the results
   */
  public NDList callWithoutGradients(
      NDManager owner, String method, @Nullable Object... arguments) {
    return run(false, owner, method, arguments);
  }

  /**
   * Runs several calls on this thread without recording anything.
   *
   * @return what {@code calls} returns
   */
  public <T> T withoutGradients(Supplier<T> calls) {
    boolean before = EVALUATING.get();
    EVALUATING.set(true);
    try {
      return calls.get();
    } finally {
      EVALUATING.set(before);
    }
  }

  private NDList run(
      boolean gradients, NDManager owner, String method, @Nullable Object... arguments) {
    // Both settings belong to the thread, and other users of the engine may have changed them.
    JniUtils.setGraphExecutorOptimize(false);
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(gradients);
    try {
      return ModuleMethods.run(module, method, nothing, (PtNDManager) owner, arguments);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  @Override
  public void close() {
    ModuleMethods.release(nothing);
    module.close();
    manager.close();
  }
}
