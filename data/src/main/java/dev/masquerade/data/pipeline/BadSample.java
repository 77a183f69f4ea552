package dev.masquerade.data.pipeline;

/**
 * A sample that cannot be used.
 *
 * @param shard where it lies
 * @param key of the sample; its number within the shard where the key was lost
 * @param modality at fault; empty where it is the sample as a whole
 * @param reason what is wrong with the content
 * @param kind what is at fault
 */
public record BadSample(String shard, String key, String modality, String reason, Kind kind) {

  /** What is at fault. */
  public enum Kind {
    /** Its content is damaged or of a kind that cannot be read. */
    CONTENT,
    /** Its shard is damaged, and others of the shard are lost in the same way. */
    SHARD,
    /** Nothing: it has none of the modalities that are read. */
    LACKING
  }

  /** Creates a sample whose content is at fault. */
  public BadSample(String shard, String key, String modality, String reason) {
    this(shard, key, modality, reason, Kind.CONTENT);
  }

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
