package dev.masquerade.model.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Instructions of this machine's CPU that matter for matrix products, by the names Linux gives
 * them. Empty on other systems.
 */
record CpuFeatures(Set<String> names) {

  private static final Set<String> RELEVANT =
      Set.of("avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_tile", "bf16");
  private static final CpuFeatures THIS_MACHINE = read(Path.of("/proc/cpuinfo"));

  static CpuFeatures ofThisMachine() {
    return THIS_MACHINE;
  }

  /** Says whether products in bfloat16 are faster than in float32. */
  boolean multipliesBfloat16() {
    return names.contains("amx_bf16") || names.contains("avx512_bf16") || names.contains("bf16");
  }

  static CpuFeatures read(Path cpuinfo) {
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      Set<String> found = new TreeSet<>();
      lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .ifPresent(
              line ->
                  Arrays.stream(line.split("\\s+", -1))
                      .filter(RELEVANT::contains)
                      .forEach(found::add));
      return new CpuFeatures(found);
    } catch (IOException | java.io.UncheckedIOException e) {
      return new CpuFeatures(Set.of());
    }
  }
}
