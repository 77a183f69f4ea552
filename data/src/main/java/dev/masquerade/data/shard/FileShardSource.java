package dev.masquerade.data.shard;

import com.google.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shards that are files or folders of this machine, under scheme {@code file}. */
public final class FileShardSource implements ShardSource {

  /** Creates the source. */
  @Inject
  public FileShardSource() {}

  @Override
  public boolean exists(URI uri) {
    return Files.exists(Path.of(uri));
  }

  @Override
  public Path fetch(URI uri) {
    return Path.of(uri);
  }
}
