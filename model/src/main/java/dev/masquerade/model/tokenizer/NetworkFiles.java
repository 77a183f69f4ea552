package dev.masquerade.model.tokenizer;

import dev.masquerade.model.weights.ShardedTensors;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * All files that decide what a stored network is: its weights, or their index and the files it
 * names, and the config beside them.
 *
 * @param all existing files, in an order that does not change
 */
record NetworkFiles(List<Path> all) {

  private static final int CHUNK = 1 << 20;

  /** A file as it was at one moment. */
  record Stamp(Path file, long bytes, FileTime modified) {}

  NetworkFiles {
    all = List.copyOf(all);
  }

  /**
   * Finds the files.
   *
   * @param weights file of tensors, or the index of several
   */
  static NetworkFiles of(Path weights) throws IOException {
    List<Path> files = new ArrayList<>();
    files.add(weights);
    if (ShardedTensors.isIndex(weights)) {
      files.addAll(ShardedTensors.filesOf(weights));
    }
    Path config = weights.resolveSibling(StoredModel.CONFIG);
    if (Files.isRegularFile(config)) {
      files.add(config);
    }
    return new NetworkFiles(files);
  }

  /** Returns what tells these files from what they are after a change. */
  List<Stamp> stamps() throws IOException {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : all) {
      stamps.add(new Stamp(file, Files.size(file), Files.getLastModifiedTime(file)));
    }
    return List.copyOf(stamps);
  }

  /** Returns the SHA-256 of all bytes, in hexadecimal. */
  String digest() throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] chunk = new byte[CHUNK];
    for (Path file : all) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
          digest.update(chunk, 0, read);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
