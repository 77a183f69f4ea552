package dev.masquerade.train.generate;

import dev.masquerade.data.prepare.TarShardWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * One shard in the making: a tar per batch in a folder beside it, each of which is there whole or
 * not at all, joined into the shard once all samples are done.
 *
 * <p>The name of a part says which samples it settles, from the first to before the last, those
 * that were bad among them. So work goes on with batches of any size.
 */
final class GeneratedShard {

  private static final Pattern PART = Pattern.compile("(\\d{9})-(\\d{9})\\.tar");

  private final Path file;
  private final Path parts;
  private final int sampleCount;

  GeneratedShard(Path file, int sampleCount) {
    this.file = file;
    this.parts = file.resolveSibling(file.getFileName() + ".parts");
    this.sampleCount = sampleCount;
  }

  /** Says whether the shard is there, and removes parts that a killed process left beside it. */
  boolean isComplete() throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    removeParts();
    return true;
  }

  /** Returns which samples are settled by parts, by their place in the shard. */
  BitSet settled() throws IOException {
    BitSet settled = new BitSet(sampleCount);
    for (Path part : parts()) {
      Matcher matcher = PART.matcher(String.valueOf(part.getFileName()));
      if (matcher.matches()) {
        settled.set(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
      }
    }
    return settled;
  }

  /**
   * Settles samples.
   *
   * @param from place of the first one
   * @param to place after the last one
   * @param samples members by key, without those that were bad
   */
  void add(int from, int to, Map<String, Map<String, byte[]>> samples) throws IOException {
    Path part = parts.resolve(String.format(Locale.ROOT, "%09d-%09d.tar", from, to));
    try (TarShardWriter tar = TarShardWriter.create(part)) {
      for (Map.Entry<String, Map<String, byte[]>> sample : samples.entrySet()) {
        tar.add(sample.getKey(), sample.getValue());
      }
      tar.finish();
    }
  }

  /** Joins the parts, which must settle all samples, and returns how many have content. */
  int join() throws IOException {
    if (settled().cardinality() != sampleCount) {
      throw new IllegalStateException(file + " is joined before all of its samples are settled");
    }
    int count;
    try (TarShardWriter tar = TarShardWriter.create(file)) {
      for (Path part : parts()) {
        copy(part, tar);
      }
      count = tar.finish().sampleCount();
    }
    removeParts();
    return count;
  }

  private static void copy(Path part, TarShardWriter into) throws IOException {
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(Files.newInputStream(part), "UTF-8")) {
      String key = "";
      Map<String, byte[]> members = new LinkedHashMap<>();
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName();
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        if (!key.equals(name.substring(0, dot)) && !members.isEmpty()) {
          into.add(key, members);
          members.clear();
        }
        key = name.substring(0, dot);
        members.put(name.substring(dot + 1), in.readAllBytes());
      }
      if (!members.isEmpty()) {
        into.add(key, members);
      }
    }
  }

  /** Returns the parts in the order of their samples. */
  private List<Path> parts() throws IOException {
    if (!Files.isDirectory(parts)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(parts)) {
      return files
          .filter(part -> PART.matcher(String.valueOf(part.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  private void removeParts() throws IOException {
    if (!Files.isDirectory(parts)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.list(parts)) {
      all = files.toList();
    }
    for (Path part : all) {
      Files.delete(part);
    }
    Files.delete(parts);
  }
}
