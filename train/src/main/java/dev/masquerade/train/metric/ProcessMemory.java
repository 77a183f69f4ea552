package dev.masquerade.train.metric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory of this process as the operating system counts it, which sees native memory too. */
public final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** Returns the largest resident set so far, in bytes; empty where the system does not say. */
  public static OptionalLong peakBytes() {
    return kibibytes("VmHWM:");
  }

  /** Returns the resident set now, in bytes; empty where the system does not say. */
  public static OptionalLong residentBytes() {
    return kibibytes("VmRSS:");
  }

  private static OptionalLong kibibytes(String field) {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(field)) {
          String number = line.substring(field.length()).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(number) * 1024);
        }
      }
    } catch (IOException e) {
      // A measure for people: a system that will not say is no reason to stop a run.
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }
}
