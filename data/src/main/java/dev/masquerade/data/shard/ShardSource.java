package dev.masquerade.data.shard;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Storage that shards can lie in. Bind one under its URI scheme in a {@code MapBinder<String,
 * ShardSource>} to add another kind of storage. Safe for use by several threads.
 */
public interface ShardSource {

  /**
   * Says whether there is anything at {@code uri}, without fetching it.
   *
   * @throws IOException if the storage cannot be asked
   */
  boolean exists(URI uri) throws IOException;

  /**
   * Makes a file or folder readable at random on this machine.
   *
   * @param uri of a scheme this source is bound under
   * @return a local path that stays readable while the program runs
   * @throws IOException if it cannot be had
   */
  Path fetch(URI uri) throws IOException;
}
