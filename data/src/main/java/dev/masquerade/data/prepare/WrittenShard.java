package dev.masquerade.data.prepare;

import java.nio.file.Path;

/**
 * A shard that was written, with what a manifest says of it.
 *
 * @param file where it lies
 * @param sampleCount samples in it
 * @param byteCount its length
 * @param sha256 lower-case hex digest of the file
 */
public record WrittenShard(Path file, int sampleCount, long byteCount, String sha256) {}
