package dev.masquerade.train.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the numbers of the references lie: {@code mae/} and {@code lightly/} in the directory that
 * the system property {@code masquerade.goldens} names, or among the test resources.
 */
public final class TransferGoldens {

  private TransferGoldens() {}

  /** Returns the directory of a reference. */
  public static Path of(String reference) {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    if (!elsewhere.isEmpty()) {
      return Path.of(elsewhere, reference);
    }
    URL here = TransferGoldens.class.getResource("/goldens/" + reference + "/");
    if (here == null) {
      throw new IllegalStateException("test resources lack goldens/" + reference);
    }
    try {
      return Path.of(here.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry has a malformed address: " + here, e);
    }
  }

  /** Returns the files of a reference whose names match. */
  public static List<Path> files(String reference, String pattern) {
    try (Stream<Path> files = Files.list(of(reference))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(pattern))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
