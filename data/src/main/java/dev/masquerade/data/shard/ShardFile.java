package dev.masquerade.data.shard;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One stored file, or folder, of a shard.
 *
 * @param name what messages call it, normally as the manifest writes it
 * @param uri absolute, with a scheme
 * @param modality where the file holds members of one modality only, the {@link
 *     MemberPattern#modality} they are read by; they may then be {@code key.ext}. Empty where
 *     members carry their modality, as {@code key.modality.ext} in tars and {@code
 *     modality/key.ext} in folders
 * @param sha256 hex digest of the file as stored; empty skips verification
 */
public record ShardFile(String name, URI uri, String modality, String sha256) {
  public ShardFile {
    modality = modality.toLowerCase(Locale.ROOT);
    if (uri.getScheme() == null) {
      throw new IllegalArgumentException("the URI of a shard needs a scheme, was " + uri);
    }
  }

  /** Returns a local file whose members carry their modality, without a hash. */
  public static ShardFile of(Path path) {
    return new ShardFile(String.valueOf(path.getFileName()), path.toUri(), "", "");
  }
}
