package dev.masquerade.model.weights.pickle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format since PyTorch 1.6: a zip file whose top folder, of any name, holds {@code data.pkl},
 * one entry {@code data/KEY} per storage, and possibly {@code byteorder}, {@code version} and
 * others.
 */
final class ZipContents {

  private static final String PICKLE = "/data.pkl";
  private static final int LONGEST_BYTE_ORDER = 16;

  private ZipContents() {}

  static PickledContents read(FileChannel channel) throws IOException {
    Map<String, ZipDirectory.Range> entries = ZipDirectory.read(channel);
    String folder = folder(entries);
    checkByteOrder(channel, entries.get(folder + "/byteorder"));
    ZipDirectory.Range pickle = require(entries, folder + PICKLE);
    if (pickle.length() > GuardedUnpickler.LARGEST) {
      throw new RefusedPickleException(
          "has a pickle of "
              + pickle.length()
              + " bytes; at most "
              + GuardedUnpickler.LARGEST
              + " are read. Save the tensors without what goes with them");
    }
    GuardedUnpickler unpickler =
        new GuardedUnpickler(
            new PickleInput(channel, pickle.begin(), pickle.begin() + pickle.length()));
    Object made = unpickler.read();
    Map<String, Long> begins = new HashMap<>();
    for (Storage storage : unpickler.storages().values()) {
      ZipDirectory.Range range = require(entries, folder + "/data/" + storage.key());
      if (range.length() != storage.byteCount()) {
        throw new RefusedPickleException(
            "has a storage of "
                + storage.elements()
                + " "
                + storage.type()
                + ", which are "
                + storage.byteCount()
                + " bytes, but entry "
                + RefusedPickleException.quote("data/" + storage.key())
                + " has "
                + range.length());
      }
      begins.put(storage.key(), range.begin());
    }
    return new PickledContents(made, begins);
  }

  private static String folder(Map<String, ZipDirectory.Range> entries)
      throws RefusedPickleException {
    List<String> folders =
        entries.keySet().stream()
            .filter(name -> name.endsWith(PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .toList();
    if (folders.size() != 1) {
      throw new RefusedPickleException(
          "is a zip file with "
              + folders.size()
              + " entries named data.pkl, where torch.save writes one");
    }
    String folder = folders.get(0);
    if (entries.containsKey(folder + "/constants.pkl")) {
      throw new RefusedPickleException(
          "is a TorchScript program (torch.jit.save), not weights. Save its state_dict() with"
              + " torch.save");
    }
    return folder;
  }

  private static void checkByteOrder(FileChannel channel, ZipDirectory.@Nullable Range range)
      throws IOException {
    if (range == null) {
      return;
    }
    PickleInput input =
        new PickleInput(channel, range.begin(), range.begin() + Math.min(range.length(), 64));
    String order =
        new String(
            input.take(Math.min(range.length(), LONGEST_BYTE_ORDER)), StandardCharsets.US_ASCII);
    if (!order.equals("little")) {
      throw new RefusedPickleException(
          "was written in byte order "
              + RefusedPickleException.quote(order)
              + "; only little-endian files are read. Load and save it on a little-endian machine");
    }
  }

  private static ZipDirectory.Range require(Map<String, ZipDirectory.Range> entries, String name)
      throws RefusedPickleException {
    ZipDirectory.Range range = entries.get(name);
    if (range == null) {
      throw new RefusedPickleException(
          "lacks its entry " + RefusedPickleException.quote(name) + ". Was it copied completely?");
    }
    return range;
  }
}
