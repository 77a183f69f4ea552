package dev.masquerade.data.pipeline;

/**
 * What tells a stored sample from all others of a run.
 *
 * @param shard where it lies, as messages call it
 * @param key of the sample
 */
public record SampleName(String shard, String key) {}
