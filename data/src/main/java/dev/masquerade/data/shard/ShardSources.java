package dev.masquerade.data.shard;

import com.google.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/** All storage there is, by URI scheme. */
public final class ShardSources {

  private final Map<String, ShardSource> byScheme;

  /** Creates the choice from what was bound. */
  @Inject
  public ShardSources(Map<String, ShardSource> byScheme) {
    this.byScheme = Map.copyOf(byScheme);
  }

  /** Returns storage that knows files only. */
  public static ShardSources files() {
    return new ShardSources(Map.of("file", new FileShardSource()));
  }

  /** Says whether there is anything at {@code uri}. */
  public boolean exists(URI uri) throws IOException {
    return source(uri).exists(uri);
  }

  /** Makes what lies at {@code uri} readable on this machine. */
  public Path fetch(URI uri) throws IOException {
    return source(uri).fetch(uri);
  }

  private ShardSource source(URI uri) throws IOException {
    String scheme = uri.getScheme();
    ShardSource source = scheme == null ? null : byScheme.get(scheme);
    if (source == null) {
      throw new IOException(
          "no storage is known for "
              + uri
              + ". Known schemes: "
              + String.join(", ", new TreeSet<>(byScheme.keySet()))
              + ". Others need a ShardSource on the class path");
    }
    return source;
  }
}
