package dev.masquerade.model.golden;

import dev.masquerade.masking.place.PlaceDraws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Orders places by noise that a reference drew, row after row: the smallest noise comes first. */
final class RecordedNoise implements PlaceDraws {

  private final Deque<float[]> rows = new ArrayDeque<>();

  /** Adds the rows of a tensor. */
  RecordedNoise add(float[] noise, int width) {
    for (int at = 0; at < noise.length; at += width) {
      rows.add(Arrays.copyOfRange(noise, at, at + width));
    }
    return this;
  }

  /** Finds the files of a folder of goldens whose names start and end as given; at least one. */
  static List<Path> files(String folder, String prefix, String suffix) {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    try (Stream<Path> files =
        Files.list(elsewhere.isEmpty() ? copies(folder, prefix) : Path.of(elsewhere, folder))) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().startsWith(prefix))
              .filter(file -> file.getFileName().toString().endsWith(suffix))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new IllegalStateException("no " + prefix + "*" + suffix + " among goldens/" + folder);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path copies(String folder, String name) {
    String resource = "/goldens/" + folder + "/" + name + ".safetensors";
    URL here = RecordedNoise.class.getResource(resource);
    if (here == null) {
      throw new IllegalStateException("test resources lack " + resource);
    }
    try {
      return Path.of(here.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void order(int first, int total, int count, int[] into, int at) {
    // The noise of protected tokens is recorded too, and not used.
    float[] noise = rows.remove();
    if (noise.length != first + total) {
      throw new IllegalStateException(
          "asked to order " + total + " after " + first + ", recorded " + noise.length);
    }
    int[] order =
        IntStream.range(first, first + total)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> noise[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    System.arraycopy(order, 0, into, at, total);
  }

  @Override
  public double unit() {
    throw new IllegalStateException("only orders are recorded");
  }

  @Override
  public double between(double from, double to) {
    throw new IllegalStateException("only orders are recorded");
  }

  @Override
  public int below(int bound) {
    throw new IllegalStateException("only orders are recorded");
  }
}
