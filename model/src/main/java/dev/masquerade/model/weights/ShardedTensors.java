package dev.masquerade.model.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Tensors in several safetensors files, with an index that says which of them holds which: {@code
 * model.safetensors.index.json} as large models have it on the hub.
 */
public final class ShardedTensors implements TensorSource {

  private static final String ENDING = ".index.json";
  private static final String FILES = "weight_map";
  private static final long LARGEST = 64 << 20;
  private static final int NAMED = 8;

  private final Path path;
  private final Map<String, SafetensorsFile> shards;
  private final Map<String, SafetensorsFile> holders = new LinkedHashMap<>();
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  private ShardedTensors(Path path, Map<String, SafetensorsFile> shards) {
    this.path = path;
    this.shards = shards;
  }

  /** Says whether a file is an index, by its name. */
  public static boolean isIndex(Path path) {
    return path.getFileName() != null && path.getFileName().toString().endsWith(ENDING);
  }

  /**
   * Opens an index and every file it names.
   *
   * @throws InvalidWeightsException if files are missing or hold other tensors than the index says,
   *     naming them
   */
  public static ShardedTensors open(Path index) throws IOException {
    Map<String, String> places = places(index);
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    ShardedTensors all = new ShardedTensors(index, shards);
    try {
      for (String name : names(index, places)) {
        shards.put(name, SafetensorsFile.open(index.resolveSibling(name)));
      }
      all.fill(places);
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /**
   * Returns the files that an index names, by name, without opening them.
   *
   * @throws InvalidWeightsException if it is no index, or files are missing
   */
  public static List<Path> filesOf(Path index) throws IOException {
    return names(index, places(index)).stream().map(index::resolveSibling).toList();
  }

  private static Map<String, String> places(Path index) throws IOException {
    JsonElement json;
    try {
      if (Files.size(index) > LARGEST) {
        throw new InvalidWeightsException(index, "is too large for an index of files");
      }
      json = JsonParser.parseString(Files.readString(index));
    } catch (NoSuchFileException e) {
      throw new InvalidWeightsException(index, "there is no such file", e);
    } catch (JsonParseException | CharacterCodingException e) {
      throw new InvalidWeightsException(index, "is no JSON", e);
    }
    if (!(json instanceof JsonObject object) || !(object.get(FILES) instanceof JsonObject map)) {
      throw new InvalidWeightsException(
          index, "is no index of files: it has no object \"" + FILES + "\"");
    }
    Map<String, String> places = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : map.entrySet()) {
      String name = entry.getValue().isJsonPrimitive() ? entry.getValue().getAsString() : "";
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.@+-]*")) {
        throw new InvalidWeightsException(
            index,
            "says that \""
                + entry.getKey()
                + "\" lies in \""
                + name
                + "\", which is no name of a file beside it");
      }
      places.put(entry.getKey(), name);
    }
    return places;
  }

  private static TreeSet<String> names(Path index, Map<String, String> places)
      throws InvalidWeightsException {
    TreeSet<String> names = new TreeSet<>(places.values());
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      if (!Files.isRegularFile(index.resolveSibling(name))) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new InvalidWeightsException(
          index,
          missing.size()
              + " of its "
              + names.size()
              + " files are missing: "
              + String.join(", ", missing)
              + ". Copy them beside it");
    }
    return names;
  }

  private void fill(Map<String, String> places) throws InvalidWeightsException {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, String> place : places.entrySet()) {
      SafetensorsFile shard = shards.get(place.getValue());
      Optional<TensorEntry> entry = shard == null ? Optional.empty() : shard.find(place.getKey());
      if (shard == null || entry.isEmpty()) {
        problems.add(place.getKey() + " is not in " + place.getValue());
      } else {
        holders.put(place.getKey(), shard);
        entries.put(place.getKey(), entry.get());
      }
    }
    for (Map.Entry<String, SafetensorsFile> shard : shards.entrySet()) {
      for (TensorEntry entry : shard.getValue().tensors()) {
        if (holders.get(entry.name()) != shard.getValue()) {
          problems.add(entry.name() + " of " + shard.getKey() + " is not in the index");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidWeightsException(
          path,
          "does not belong to the files beside it: "
              + String.join("; ", problems.subList(0, Math.min(NAMED, problems.size())))
              + (problems.size() > NAMED ? "; and " + (problems.size() - NAMED) + " more" : ""));
    }
  }

  /** Returns the files that hold the tensors, by name. */
  public List<Path> files() {
    return shards.values().stream().map(SafetensorsFile::path).toList();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Collection<TensorEntry> tensors() {
    return Collections.unmodifiableCollection(entries.values());
  }

  @Override
  public Optional<TensorEntry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** Returns the texts of all files; where several have one of a name, that of the first. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    shards.values().forEach(shard -> shard.metadata().forEach(metadata::putIfAbsent));
    return metadata;
  }

  @Override
  public void read(String name, Pieces pieces) throws IOException {
    holder(name).read(name, pieces);
  }

  @Override
  public ByteBuffer bytes(String name) throws IOException {
    return holder(name).bytes(name);
  }

  private SafetensorsFile holder(String name) throws InvalidWeightsException {
    SafetensorsFile shard = holders.get(name);
    if (shard == null) {
      throw new InvalidWeightsException(path, "has no tensor \"" + name + "\"");
    }
    return shard;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (SafetensorsFile shard : shards.values()) {
      try {
        shard.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
