package dev.masquerade.model.lora;

import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The tensors of a file as they are once its adapters are part of the maps they stand beside: under
 * plain names, without adapters. A fused map is float32, whatever the file stores; everything else
 * is as stored. Maps are fused when asked for. Closing it closes the file.
 */
public final class FusedTensors implements TensorSource {

  private final TensorSource file;
  private final double scale;

  /** Entries by their plain names. */
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  /** The file's names by plain names. */
  private final Map<String, String> stored = new LinkedHashMap<>();

  /**
   * Finds the adapters of a file.
   *
   * @param scale what adapters are multiplied with
   * @throws InvalidWeightsException if parts of an adapter are missing or do not fit together
   */
  public FusedTensors(TensorSource file, double scale) throws InvalidWeightsException {
    this.file = file;
    this.scale = scale;
    for (TensorEntry entry : file.tensors()) {
      String name = entry.name();
      String plain = AdapterNames.without(name);
      if (!AdapterNames.isAdapter(name)) {
        boolean fused = !plain.equals(name) && file.find(AdapterNames.up(plain)).isPresent();
        entries.put(
            plain,
            fused && plain.endsWith(".weight")
                ? new TensorEntry(plain, ElementType.F32, entry.shape())
                : entry.named(plain));
        stored.put(plain, name);
      }
    }
    List<String> broken = new ArrayList<>();
    for (TensorEntry entry : file.tensors()) {
      if (AdapterNames.isAdapter(entry.name())) {
        String map = entry.name().replaceFirst("\\.lora_(?:up|down)\\.weight$", "");
        if (!fits(map + ".weight") && !broken.contains(map)) {
          broken.add(map);
        }
      }
    }
    if (!broken.isEmpty()) {
      throw new InvalidWeightsException(
          file.path(),
          "has adapters whose parts (linear.weight, lora_down.weight, lora_up.weight) are missing"
              + " or of shapes that do not fit: "
              + String.join(", ", broken));
    }
  }

  /** Says whether a file has adapters. */
  public static boolean hasAdapters(TensorSource file) {
    return file.tensors().stream().anyMatch(entry -> AdapterNames.isAdapter(entry.name()));
  }

  private boolean fits(String weight) {
    List<Long> map = shape(AdapterNames.beside(weight));
    List<Long> down = shape(AdapterNames.down(weight));
    List<Long> up = shape(AdapterNames.up(weight));
    return map.size() == 2
        && down.size() == 2
        && up.size() == 2
        && map.get(0).equals(up.get(0))
        && map.get(1).equals(down.get(1))
        && up.get(1).equals(down.get(0));
  }

  private List<Long> shape(String name) {
    return file.find(name).map(TensorEntry::shape).orElse(List.of());
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public Collection<TensorEntry> tensors() {
    return Collections.unmodifiableCollection(entries.values());
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
    if (isFused(name)) {
      pieces.take(fused(name));
    } else {
      file.read(storedName(name), pieces);
    }
  }

  @Override
  public ByteBuffer bytes(String name) throws IOException {
    return isFused(name) ? fused(name) : file.bytes(storedName(name));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private boolean isFused(String name) {
    return name.endsWith(".weight") && file.find(AdapterNames.up(name)).isPresent();
  }

  private String storedName(String name) throws InvalidWeightsException {
    String there = stored.get(name);
    if (there == null) {
      throw new InvalidWeightsException(path(), "has no tensor \"" + name + "\"");
    }
    return there;
  }

  private ByteBuffer fused(String name) throws IOException {
    List<Long> shape = get(name).shape();
    int outputs = Math.toIntExact(shape.get(0));
    int inputs = Math.toIntExact(shape.get(1));
    float[] map = file.floats(storedName(name));
    float[] down = file.floats(AdapterNames.down(name)); // (r, inputs)
    float[] up = file.floats(AdapterNames.up(name)); // (outputs, r)
    int rank = up.length / outputs;
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            row -> {
              double[] sum = new double[inputs];
              for (int r = 0; r < rank; r++) {
                double factor = scale * up[row * rank + r];
                for (int i = 0; i < inputs; i++) {
                  sum[i] += factor * down[r * inputs + i];
                }
              }
              for (int i = 0; i < inputs; i++) {
                map[row * inputs + i] += (float) sum[i];
              }
            });
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(map.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(map);
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
