package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Some tensors of a file under other names. Closing it closes the file. */
public final class RenamedTensors implements TensorSource {

  private final TensorSource file;
  private final Map<String, String> stored;
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  /**
   * Chooses and renames tensors.
   *
   * @param stored the file's name of each tensor, by its new name
   * @throws InvalidWeightsException if the file lacks one
   */
  public RenamedTensors(TensorSource file, Map<String, String> stored)
      throws InvalidWeightsException {
    this.file = file;
    this.stored = Map.copyOf(stored);
    for (Map.Entry<String, String> name : stored.entrySet()) {
      entries.put(name.getKey(), file.get(name.getValue()).named(name.getKey()));
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public Collection<TensorEntry> tensors() {
    return entries.values();
  }

  @Override
  public Optional<TensorEntry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  @Override
  public Map<String, String> metadata() {
    return file.metadata();
  }

  @Override
  public void read(String name, Pieces pieces) throws IOException {
    file.read(storedName(name), pieces);
  }

  @Override
  public ByteBuffer bytes(String name) throws IOException {
    return file.bytes(storedName(name));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private String storedName(String name) throws InvalidWeightsException {
    String there = stored.get(name);
    if (there == null) {
      throw new InvalidWeightsException(path(), "has no tensor \"" + name + "\"");
    }
    return there;
  }
}
