package dev.masquerade.model.weights.pickle;

import dev.masquerade.model.weights.FileRegions;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a file of {@code torch.save}: a tree of values, and its tensors by dotted name ({@code
 * model.blocks.0.norm1.weight}). Values of tensors stay in the file until asked for.
 */
public final class PickledFile implements TensorSource {

  private static final int ZIP = 0x04034b50;
  private static final int PROTOCOL = 0x80;

  /** As a little-endian number, the first eight bytes of a safetensors file are at most this. */
  private static final long LONGEST_HEADER = 100_000_000;

  /** Tensors may share values, and repeat them; but no file of weights does so much of it. */
  private static final long MOST_REPETITION = 4;

  private static final long ALWAYS_ALLOWED = 16 << 20;

  /** Keys under which training programs keep a model's tensors. */
  private static final List<String> WRAPPERS =
      List.of("model", "state_dict", "model_state_dict", "teacher", "student");

  private final Path path;
  private final FileChannel channel;
  private final PickledValue tree;
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
  private final Map<String, StoredView> views = new LinkedHashMap<>();

  private PickledFile(Path path, FileChannel channel, PickledContents contents) throws IOException {
    this.path = path;
    this.channel = channel;
    FileRegions regions = new FileRegions(channel);
    PickledTree grown = new PickledTree();
    this.tree = grown.grow(contents.made());
    long claimed = 0;
    long allowed = Math.addExact(ALWAYS_ALLOWED, channel.size() * MOST_REPETITION);
    for (Map.Entry<String, TensorView> tensor : grown.tensors().entrySet()) {
      TensorView view = tensor.getValue();
      TensorEntry entry = new TensorEntry(tensor.getKey(), view.type(), view.shape());
      claimed += Math.min(entry.byteCount(), allowed + 1);
      if (claimed > allowed) {
        throw new RefusedPickleException(
            "has only "
                + channel.size()
                + " bytes, but its tensors repeat them to more than "
                + allowed
                + ". Save copies (clone) of tensors that were expanded");
      }
      entries.put(tensor.getKey(), entry);
      long begin = contents.begin(view.storage()) + view.offset();
      views.put(tensor.getKey(), new StoredView(regions, begin, view));
    }
  }

  /** Says whether a file begins as those of {@code torch.save} do; false where there is none. */
  public static boolean isPickled(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer first = first(channel);
      return first.getInt(0) == ZIP
          || ((first.get(0) & 0xff) == PROTOCOL
              && Long.compareUnsigned(first.getLong(0), LONGEST_HEADER) > 0);
    }
  }

  /**
   * Opens a file and reads everything but the values of its tensors.
   *
   * @throws InvalidWeightsException if it is not there, is no such file, refers to a name that is
   *     not among those that weights need, or claims what it does not hold
   */
  public static PickledFile open(Path path) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new InvalidWeightsException(path, "there is no such file", e);
    }
    try {
      boolean zip = first(channel).getInt(0) == ZIP;
      PickledContents contents = zip ? ZipContents.read(channel) : LegacyContents.read(channel);
      return new PickledFile(path, channel, contents);
    } catch (RefusedPickleException e) {
      channel.close();
      throw new InvalidWeightsException(path, String.valueOf(e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static ByteBuffer first(FileChannel channel) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    channel.read(first, 0);
    return first;
  }

  /** Returns everything the file holds, with its tensors in their places. */
  public PickledValue tree() {
    return tree;
  }

  /**
   * Returns the key under which a checkpoint keeps its model beside other things, with a dot behind
   * it, such as {@code model.}; empty where the file is nothing but tensors.
   */
  public String wrapper() {
    if (tree instanceof PickledValue.Entries entries) {
      for (String key : WRAPPERS) {
        if (entries.values().get(key) instanceof PickledValue.Entries inside
            && !inside.values().isEmpty()) {
          return key + ".";
        }
      }
    }
    return "";
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

  /** Returns short single values that stand beside the tensors, by dotted name, as JSON. */
  @Override
  public Map<String, String> metadata() {
    return tree.remarks();
  }

  @Override
  public void read(String name, Pieces pieces) throws IOException {
    view(name).read(pieces);
  }

  @Override
  public ByteBuffer bytes(String name) throws IOException {
    if (get(name).byteCount() > Integer.MAX_VALUE) {
      throw new InvalidWeightsException(
          path, "tensor \"" + name + "\" is too large for one buffer; read it in pieces");
    }
    return view(name).bytes();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private StoredView view(String name) throws InvalidWeightsException {
    StoredView view = views.get(name);
    if (view == null) {
      throw new InvalidWeightsException(path, "has no tensor \"" + name + "\"");
    }
    return view;
  }
}
