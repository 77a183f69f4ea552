package dev.masquerade.train.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the numbers of the references lie: {@code mae/} and {@code lightly/} in the directory that
 * the system property {@code masquerade.goldens} names, or among the test resources. Tests run in
 * their module.
 */
public final class TransferGoldens {

  private TransferGoldens() {}

  /** Returns the directory of a reference. */
  public static Path of(String reference) {
    return among(Path.of("src", "test", "resources", "goldens"), reference);
  }

  /** Returns the directory with the numbers of a reference that tests of models need as well. */
  public static Path ofModels(String reference) {
    return among(Path.of("..", "model", "src", "test", "resources", "goldens"), reference);
  }

  private static Path among(Path resources, String reference) {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    return (elsewhere.isEmpty() ? resources : Path.of(elsewhere)).resolve(reference);
  }

  /** Returns the files of a reference whose names match. */
  public static List<Path> files(String reference, String pattern) {
    return files(of(reference), pattern);
  }

  /** Returns the files of a directory whose names match. */
  public static List<Path> files(Path directory, String pattern) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(pattern))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
