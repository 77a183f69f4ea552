package dev.masquerade.model.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of one reference by name: in its folder below the directory that the system property
 * {@code masquerade.goldens} names, or among the test resources.
 *
 * @param path the folder
 */
public record GoldenFolder(Path path) {

  /** Returns the folder of a reference, for example {@code multimae}. */
  public static GoldenFolder of(String reference) {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    if (!elsewhere.isEmpty()) {
      return new GoldenFolder(Path.of(elsewhere, reference));
    }
    URL here = GoldenFolder.class.getResource("/goldens/" + reference);
    if (here == null) {
      throw new IllegalStateException("test resources lack goldens/" + reference);
    }
    try {
      return new GoldenFolder(Path.of(here.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry has a malformed address: " + here, e);
    }
  }

  /** Returns the files whose whole names match a regular expression, in order. */
  public List<Path> find(String pattern) {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
