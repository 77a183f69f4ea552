package dev.masquerade.train.metric;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.util.OptionalLong;

/** Watches how much memory of a GPU is in use. Used by one thread. */
public final class DeviceMemory {

  private final Device device;
  private long peak;

  /** Starts watching; on a CPU there is nothing to see. */
  public DeviceMemory(Device device) {
    this.device = device;
  }

  /**
   * Looks, and returns the most that was seen in use so far in bytes, other processes included;
   * empty on a CPU or where the driver does not say.
   */
  public OptionalLong peakBytes() {
    if (!device.isGpu()) {
      return OptionalLong.empty();
    }
    try {
      peak = Math.max(peak, CudaUtils.getGpuMemory(device).getCommitted());
    } catch (RuntimeException | LinkageError e) {
      // A measure for people: a driver that will not say is no reason to stop a run.
      return OptionalLong.empty();
    }
    return OptionalLong.of(peak);
  }
}
