package dev.masquerade.data.pipeline;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the first empty content of every modality, and no other. Safe for several threads. */
final class EmptyContents {

  private static final Logger LOG = LoggerFactory.getLogger(EmptyContents.class);

  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /** Takes note of content that the sample counts as lacking. */
  void note(String shard, String key, String modality, Exception found) {
    if (named.add(modality)) {
      LOG.warn(
          "{} The modality is ignored in this sample, and in others like it without being named.",
          new BadSample(shard, key, modality, String.valueOf(found.getMessage())).describe());
    }
  }
}
