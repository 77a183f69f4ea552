package dev.masquerade.model.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the references' numbers lie: {@code fourm/}, {@code mae/}, {@code lightly/} in the
 * directory that the system property {@code masquerade.goldens} names, or among the test resources.
 */
public final class GoldenFiles {

  private GoldenFiles() {}

  /** Returns the directory with the files of the 4M reference. */
  public static Path fourm() {
    return directory("fourm", "fm_index.json");
  }

  /** Returns the directory with the files of the MAE reference. */
  public static Path mae() {
    return directory("mae", "pretrain.json");
  }

  /** Returns the directory with the files of the Lightly reference. */
  public static Path lightly() {
    return directory("lightly", "mae_backbone.json");
  }

  private static Path directory(String name, String file) {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    if (!elsewhere.isEmpty()) {
      return Path.of(elsewhere, name);
    }
    String resource = "/goldens/" + name + "/" + file;
    URL here = GoldenFiles.class.getResource(resource);
    if (here == null) {
      throw new IllegalStateException("test resources lack " + resource);
    }
    if (here.getProtocol().equals("jar")) {
      // A test of another module, which has this class from a jar; tests run in their module.
      return Path.of("..", "model", "src", "test", "resources", "goldens", name);
    }
    try {
      return Path.of(here.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry has a malformed address: " + here, e);
    }
  }

  /** Returns a file of {@link #fourm}. */
  public static Path file(String name) {
    return fourm().resolve(name);
  }

  /** Finds the encoder-decoder models: what has a variant and a state. */
  public static List<Path> models() {
    return fourmWith("variant", "state_dict");
  }

  /** Finds the encoder-only models. */
  public static List<Path> visionTransformers() {
    return fourmWith("what", "img_size");
  }

  /**
   * Finds files of {@link #fourm} by the keys of their JSON, whatever they are called. Of a
   * directory given by the system property there may be none; the bundled one has some, or the keys
   * are wrong.
   */
  public static List<Path> fourmWith(String... keys) {
    return some(in(fourm(), ".*\\.json", keys), String.join(" and ", keys));
  }

  /** Refuses to find nothing among the bundled files. */
  public static <T> List<T> some(List<T> found, String what) {
    if (found.isEmpty() && System.getProperty("masquerade.goldens", "").isEmpty()) {
      throw new IllegalStateException("no bundled file has " + what);
    }
    return found;
  }

  /** Finds the files of a directory whose name matches; JSON files if they are to have keys. */
  public static List<Path> in(Path directory, String name, String... keys) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .filter(file -> keys.length == 0 || holds(file, keys))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says whether a JSON file, which may hold a list, is an object with all of some keys. */
  private static boolean holds(Path file, String... keys) {
    JsonElement json = parse(file);
    return json.isJsonObject() && Stream.of(keys).allMatch(json.getAsJsonObject()::has);
  }

  /** Reads a JSON file that holds an object. */
  public static JsonObject read(Path file) {
    return parse(file).getAsJsonObject();
  }

  private static JsonElement parse(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the safetensors file that stands beside a JSON file. */
  public static Path tensors(Path json) {
    return json.resolveSibling(json.getFileName().toString().replace(".json", ".safetensors"));
  }
}
