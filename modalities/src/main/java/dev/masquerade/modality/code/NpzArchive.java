package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Named members of an {@code .npz} file, a zip archive of {@code .npy} files. */
public final class NpzArchive {

  /** Largest content of one archive after unpacking; a zip of zeros is a thousand times smaller. */
  private static final long LARGEST = 1L << 30;

  private final Map<String, byte[]> members;

  /** Creates an archive of members by file name, for example {@code codes.npy}. */
  public NpzArchive(Map<String, byte[]> members) {
    this.members = new LinkedHashMap<>(members);
  }

  /**
   * Unpacks an archive.
   *
   * @throws BadSampleException if it is not a zip file, is damaged, or unpacks to more than 1 GiB
   */
  public static NpzArchive read(byte[] file) throws BadSampleException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    long room = LARGEST;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] content = zip.readNBytes((int) Math.min(room + 1, Integer.MAX_VALUE - 8));
        room -= content.length;
        if (room < 0) {
          throw new BadSampleException("npz file unpacks to more than " + LARGEST + " bytes");
        }
        members.put(entry.getName(), content);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new BadSampleException("npz file is damaged: " + e.getMessage(), e);
    }
    if (members.isEmpty()) {
      throw new BadSampleException("not an npz file: it holds no zip member");
    }
    return new NpzArchive(members);
  }

  /** Returns a member as it is stored. */
  public Optional<byte[]> member(String fileName) {
    return Optional.ofNullable(members.get(fileName));
  }

  /**
   * Reads an array.
   *
   * @param name without the ending {@code .npy}
   * @throws BadSampleException if there is no such member or it is not an array
   */
  public NpyArray array(String name) throws BadSampleException {
    byte[] member = members.get(name + ".npy");
    if (member == null) {
      throw new BadSampleException(
          "npz file lacks \"" + name + "\"; it holds " + String.join(", ", members.keySet()));
    }
    return NpyArray.read(member);
  }

  /** Returns the only array, whatever its name. */
  NpyArray single() throws BadSampleException {
    if (members.size() != 1) {
      throw new BadSampleException(
          "npz file must hold one array, holds " + String.join(", ", members.keySet()));
    }
    return NpyArray.read(members.values().iterator().next());
  }

  /** Packs the members; equal members give equal bytes. */
  public byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(member.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
