package dev.masquerade.model.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/*
 * The archive is the smallest that torch::jit::load accepts: a ZIP of stored entries below one
 * folder, a pickled instance of the class __torch__.M whose only attribute is `training`, no
 * constants, and the source of that class. The engine compiles the source when it loads it.
 */
/** Zips kernel sources into a TorchScript archive in memory. */
final class KernelArchive {

  /** Pickle of an instance of {@code __torch__.M} with {@code training = True}. */
  private static final byte[] INSTANCE =
      HexFormat.of()
          .parseHex(
              "8002"
                  + "63"
                  + hex("__torch__\nM\n")
                  + "29"
                  + "81"
                  + "7d"
                  + "28"
                  + "5808000000"
                  + hex("training")
                  + "88"
                  + "75"
                  + "62"
                  + "2e");

  /** Pickle of an empty tuple. */
  private static final byte[] NO_CONSTANTS = HexFormat.of().parseHex("8002292e");

  private static final String HEAD =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def nothing(self) -> None:
          return None
      """;

  private KernelArchive() {}

  /**
   * Builds an archive.
   *
   * @param owner class beside whose resources the sources lie
   * @param resources paths of the sources; their functions become methods of one class
   */
  static byte[] build(Class<?> owner, List<String> resources) {
    StringBuilder code = new StringBuilder(HEAD);
    for (String resource : resources) {
      for (String line : read(owner, resource).lines().toList()) {
        code.append(line.isBlank() ? "" : "  " + line).append('\n');
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", INSTANCE);
      store(zip, "m/code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", NO_CONSTANTS);
      store(zip, "m/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String read(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "kernel source " + resource + " is not among the resources of " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }
}
