package dev.masquerade.modality;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The kinds of stored tokenizer a program opens: its own and those of every plugin on the class
 * path.
 */
public final class TokenCodecs {

  /** Name of the setting in messages. */
  private static final String SETTING = "tokenizer";

  private final List<TokenCodecReader> readers;

  /** Creates the door for these readers. */
  @Inject
  public TokenCodecs(Set<TokenCodecReader> readers) {
    List<TokenCodecReader> sorted = new ArrayList<>(readers);
    sorted.sort(Comparator.comparing(TokenCodecReader::describe));
    this.readers = List.copyOf(sorted);
  }

  /**
   * Opens a tokenizer with whatever reader recognises it.
   *
   * @param path a file or directory
   * @throws InvalidSettingsException if there is nothing, nothing that is known, or something that
   *     cannot be used
   */
  public TokenCodec open(Path path) {
    if (!Files.exists(path)) {
      throw new InvalidSettingsException(
          SETTING,
          path
              + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
              + " patches\" or \"masquerade tokenizer train\"");
    }
    for (TokenCodecReader reader : readers) {
      if (reader.reads(path)) {
        return reader.open(path);
      }
    }
    throw new InvalidSettingsException(
        SETTING,
        path
            + " is no tokenizer of pictures. Name "
            + String.join(", or ", readers.stream().map(TokenCodecReader::describe).toList()));
  }
}
