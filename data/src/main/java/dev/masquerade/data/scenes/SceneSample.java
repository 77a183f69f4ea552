package dev.masquerade.data.scenes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A scene as it is stored.
 *
 * @param key names the sample within its data set
 * @param members suffix to bytes, for example {@code rgb.jpg}, in the order of storage; the arrays
 *     are handed over
 */
public record SceneSample(String key, Map<String, byte[]> members) {
  public SceneSample {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }
}
