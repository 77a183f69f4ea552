package dev.masquerade.masking;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/**
 * Numbers recorded from the 4M reference (apple/ml-4m, commit cda590f): the copies in test
 * resources, or those in the directory that the system property {@code masquerade.goldens} names.
 */
final class Goldens {

  private static final String COPIES = "/goldens/fourm/masking_replays.json";

  private Goldens() {}

  /** Returns the content of every file whose name starts as given; at least one. */
  static List<JsonObject> read(String prefix) {
    List<Path> files = new ArrayList<>();
    Path directory = directory();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*.json")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
    if (files.isEmpty()) {
      throw new IllegalStateException("no " + prefix + "*.json in " + directory);
    }
    Collections.sort(files);
    return files.stream().map(Goldens::parse).toList();
  }

  static int[] ints(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  static double[] doubles(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  static List<JsonObject> objects(JsonObject parent, String name) {
    if (!parent.has(name)) {
      return List.of();
    }
    return StreamSupport.stream(parent.getAsJsonArray(name).spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static Path directory() {
    String redirected = System.getProperty("masquerade.goldens", "");
    if (!redirected.isBlank()) {
      return Path.of(redirected.strip(), "fourm");
    }
    try {
      URI copies = Objects.requireNonNull(Goldens.class.getResource(COPIES)).toURI();
      return Objects.requireNonNull(Path.of(copies).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject parse(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
