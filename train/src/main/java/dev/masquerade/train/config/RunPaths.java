package dev.masquerade.train.config;

import java.nio.file.Path;

/** Paths in a run file are relative to it. */
final class RunPaths {

  private RunPaths() {}

  /** Returns the absolute path that a run file means. */
  static Path resolve(Path runFile, String written) {
    return runFile.toAbsolutePath().resolveSibling(written).normalize();
  }
}
