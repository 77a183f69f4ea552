package dev.masquerade.modality;

import java.nio.file.Path;

/**
 * Opens one kind of stored tokenizer of pictures: an extension point. Add an implementation to the
 * {@code Multibinder} of this type in the Guice module that a {@link ModalityPlugin} returns; what
 * modalities name as their {@code tokenizer} is then offered to it. Patch codebooks and networks
 * come in by the same door.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface TokenCodecReader {

  /** Returns what it opens, for messages, for example "a patch codebook (codebook.npz)". */
  String describe();

  /**
   * Says whether a path holds what this reader opens, damaged or not. Looks no further than it
   * needs to.
   *
   * @param path a file or directory that exists
   */
  boolean reads(Path path);

  /**
   * Opens a tokenizer.
   *
   * @param path one that {@link #reads} recognised
   * @return safe for use by several threads; lasts as long as the program
   * @throws InvalidSettingsException if it cannot be used, naming the path and what is wrong
   */
  TokenCodec open(Path path);
}
