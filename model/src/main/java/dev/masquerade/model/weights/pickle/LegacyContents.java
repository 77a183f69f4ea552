package dev.masquerade.model.weights.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format before PyTorch 1.6: four pickles (a magic number, a version, facts of the machine, the
 * object), a fifth with the keys of the storages, and the storages in that order, each with its
 * number of values in front.
 */
final class LegacyContents {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private LegacyContents() {}

  static PickledContents read(FileChannel channel) throws IOException {
    long size = channel.size();
    // Pickles say themselves where they stop; how far they may go is bounded here.
    PickleInput input = new PickleInput(channel, 0, Math.min(size, GuardedUnpickler.LARGEST));
    GuardedUnpickler unpickler = new GuardedUnpickler(input);
    if (!MAGIC.equals(unpickler.read())) {
      throw new RefusedPickleException(
          "is a pickle, but not one of torch.save. Save it with torch.save(state_dict, ...)");
    }
    if (!isNumber(unpickler.read(), VERSION)) {
      throw new RefusedPickleException(
          "is of an unknown version of the format before PyTorch 1.6. Load and save it with a"
              + " newer PyTorch");
    }
    if (!(unpickler.read() instanceof PickledDictionary facts
        && Boolean.TRUE.equals(facts.get("little_endian")))) {
      throw new RefusedPickleException(
          "was not written on a little-endian machine. Load and save it on one");
    }
    Object made = unpickler.read();
    Object keys = unpickler.read();
    if (!(keys instanceof List<?> order)) {
      throw new RefusedPickleException("lacks the list of its storages");
    }
    return new PickledContents(
        made, begins(channel, order, unpickler.storages(), input.position(), size));
  }

  private static Map<String, Long> begins(
      FileChannel channel, List<?> order, Map<String, Storage> storages, long position, long size)
      throws IOException {
    Map<String, Long> begins = new HashMap<>();
    long at = position;
    for (Object key : order) {
      Storage storage = storages.get(String.valueOf(key));
      if (storage == null) {
        throw new RefusedPickleException("stores values that no tensor refers to");
      }
      long elements = count(channel, at, size);
      if (elements != storage.elements()) {
        throw new RefusedPickleException(
            "announces a storage of "
                + storage.elements()
                + " values, but "
                + elements
                + " stand at byte "
                + at);
      }
      at += Long.BYTES;
      if (storage.byteCount() > size - at) {
        throw new RefusedPickleException(
            "needs "
                + storage.byteCount()
                + " bytes for a storage at byte "
                + at
                + ", but ends after "
                + size
                + ". Was it copied completely?");
      }
      if (begins.put(storage.key(), at) != null) {
        throw new RefusedPickleException("stores the same values twice");
      }
      at += storage.byteCount();
    }
    for (String key : storages.keySet()) {
      if (!begins.containsKey(key)) {
        throw new RefusedPickleException(
            "refers to storage " + RefusedPickleException.quote(key) + ", which it does not hold");
      }
    }
    return begins;
  }

  private static long count(FileChannel channel, long at, long size) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(new PickleInput(channel, at, Math.min(size, at + Long.BYTES)).take(8));
    return bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  private static boolean isNumber(@Nullable Object value, long expected) {
    return value instanceof Number number && number.longValue() == expected;
  }
}
