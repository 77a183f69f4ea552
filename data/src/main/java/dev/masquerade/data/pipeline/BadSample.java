package dev.masquerade.data.pipeline;

/**
 * A sample that cannot be used.
 *
 * @param shard where it lies
 * @param key of the sample; its number within the shard where the key was lost
 * @param modality at fault; empty where it is the sample as a whole
 * @param reason what is wrong with the content
 */
public record BadSample(String shard, String key, String modality, String reason) {

  /** Says where it lies and what is wrong, in one line. */
  public String describe() {
    return shard
        + ", sample "
        + key
        + (modality.isEmpty() ? "" : ", modality " + modality)
        + ": "
        + reason
        + ".";
  }
}
