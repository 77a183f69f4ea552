package dev.masquerade.data.manifest;

import java.util.OptionalLong;

/**
 * How a data set came to be. Texts are empty where nothing is known.
 *
 * @param generator program that wrote the data
 * @param version of that program
 * @param seed it drew from
 * @param command as typed
 * @param created RFC 3339
 * @param source of the raw material
 */
public record DatasetProvenance(
    String generator,
    String version,
    OptionalLong seed,
    String command,
    String created,
    String source) {

  /** Nothing is known. */
  public static final DatasetProvenance UNKNOWN =
      new DatasetProvenance("", "", OptionalLong.empty(), "", "", "");
}
