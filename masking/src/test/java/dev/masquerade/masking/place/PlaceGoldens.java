package dev.masquerade.masking.place;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Numbers recorded from MAE, Lightly and MultiMAE: the copies in test resources, or those in the
 * folders of the directory that the system property {@code masquerade.goldens} names.
 */
final class PlaceGoldens {

  private PlaceGoldens() {}

  /**
   * Returns the content of every JSON file of a folder whose name starts as given; at least one.
   */
  static List<JsonElement> read(String folder, String prefix) {
    Path directory = directory(folder, prefix);
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*.json")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
    if (files.isEmpty()) {
      throw new IllegalStateException("no " + prefix + "*.json in " + directory);
    }
    Collections.sort(files);
    return files.stream().map(PlaceGoldens::parse).toList();
  }

  static int[] ints(JsonElement array) {
    return elements(array).stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  static double[] doubles(JsonElement array) {
    return elements(array).stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  static List<JsonElement> elements(JsonElement array) {
    JsonArray list = array.getAsJsonArray();
    return StreamSupport.stream(list.spliterator(), false).toList();
  }

  private static Path directory(String folder, String prefix) {
    String redirected = System.getProperty("masquerade.goldens", "");
    if (!redirected.isBlank()) {
      return Path.of(redirected.strip(), folder);
    }
    URL copy = PlaceGoldens.class.getResource("/goldens/" + folder + "/" + prefix + ".json");
    if (copy == null) {
      throw new IllegalStateException("test resources lack goldens/" + folder + "/" + prefix);
    }
    try {
      return Path.of(copy.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonElement parse(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
