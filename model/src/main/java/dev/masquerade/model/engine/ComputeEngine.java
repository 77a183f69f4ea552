package dev.masquerade.model.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * The one PyTorch engine of this process.
 *
 * <p>{@link #start} sets what must be set before DJL's classes load: no network, no usage
 * reporting. A property that is already set is left alone, so {@code -Dai.djl.offline=false} lets
 * DJL fetch CUDA libraries.
 */
public final class ComputeEngine {

  private final Engine engine;

  private ComputeEngine(Engine engine) {
    this.engine = engine;
  }

  /**
   * Starts the engine, or returns it where it runs already.
   *
   * @throws EngineException if its native libraries cannot be loaded
   */
  public static ComputeEngine start() {
    return Holder.INSTANCE.orThrow();
  }

  /**
   * Returns the device that a run should use.
   *
   * @throws NoSuchDeviceException if the engine finds none of that kind
   */
  public Device device(DeviceChoice choice) {
    int gpus = engine.getGpuCount();
    return switch (choice) {
      case CPU -> Device.cpu();
      case AUTO -> gpus > 0 ? Device.gpu(0) : Device.cpu();
      case GPU -> {
        if (gpus == 0) {
          throw new NoSuchDeviceException(
              "train.device: GPU was asked for, but the engine finds none. Use AUTO or CPU, or"
                  + " start with a CUDA build of the engine: PYTORCH_LIBRARY_PATH, PYTORCH_VERSION"
                  + " and PYTORCH_FLAVOR, see `masquerade engine check`");
        }
        yield Device.gpu(0);
      }
    };
  }

  /** Returns how many GPUs the engine can use. */
  public int gpuCount() {
    return engine.getGpuCount();
  }

  /** Returns the version of PyTorch behind the engine. */
  public String version() {
    return engine.getVersion();
  }

  /** Returns a new manager whose arrays live on {@code device}; the caller closes it. */
  public NDManager newManager(Device device) {
    return engine.newBaseManager(device);
  }

  /** Sets how many threads one operation may use on the CPU. */
  public void setThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, was " + threads);
    }
    JniUtils.setNumThreads(threads);
  }

  /** Returns how many threads one operation uses on the CPU. */
  public int threads() {
    return JniUtils.getNumThreads();
  }

  /** Returns the precision a device gains most from: bf16 where it has instructions for it. */
  public Precision defaultPrecision(Device device) {
    return device.isGpu() || CpuFeatures.ofThisMachine().multipliesBfloat16()
        ? Precision.BF16
        : Precision.FP32;
  }

  private static final class Holder {
    static final Started INSTANCE = Started.start();
  }

  /** Outcome of the one attempt to start, kept so that later callers read the same message. */
  private record Started(ComputeEngine engine, String failure, Throwable cause) {

    @SuppressWarnings("NullAway") // exactly one of engine and failure is there
    static Started start() {
      setUnlessPresent("ai.djl.offline", "true");
      setUnlessPresent("OPT_OUT_TRACKING", "true");
      try {
        Engine engine = Engine.getEngine("PyTorch");
        JniUtils.setGraphExecutorOptimize(false);
        return new Started(new ComputeEngine(engine), null, null);
      } catch (RuntimeException | LinkageError e) {
        return new Started(
            null,
            "The PyTorch engine does not start on "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ": "
                + rootMessage(e)
                + ". Native libraries are taken from the pytorch-native jar on the class path and"
                + " unpacked below ~/.djl.ai (or DJL_CACHE_DIR), which must be writable with 500 MB"
                + " free",
            e);
      }
    }

    ComputeEngine orThrow() {
      if (engine == null) {
        throw new EngineException(failure, cause);
      }
      return engine;
    }

    private static void setUnlessPresent(String property, String value) {
      if (System.getProperty(property) == null && System.getenv(property) == null) {
        System.setProperty(property, value);
      }
    }

    private static String rootMessage(Throwable failure) {
      Throwable root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage());
    }
  }
}
