package dev.masquerade.train.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * Tells a file of weights from the one that stands in its place later.
 *
 * @param file the weights themselves, not the run they belong to
 * @param bytes its size
 * @param modified when it was last written
 */
record WeightsStamp(Path file, long bytes, Instant modified) {

  static WeightsStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new WeightsStamp(file, attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  @Override
  public String toString() {
    return file + ", " + bytes + " bytes of " + modified;
  }
}
