package dev.masquerade.data.shard;

import dev.masquerade.modality.BadSampleException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The members of one file or folder, read in any order by any thread. */
interface MemberStore extends Closeable {

  /**
   * One stored member.
   *
   * @param name within the file
   * @param key of its sample
   * @param suffix what says its modality and format, lower case: {@code rgb.jpg}, {@code txt}
   * @param offset of its first byte, where that means something
   * @param size in bytes, as declared
   */
  record Member(String name, String key, String suffix, long offset, long size) {}

  /** Returns the members that belong to samples, in stored order. */
  List<Member> members();

  /** Returns what is wrong with the file, from some place on; empty for a sound one. */
  Optional<String> damage();

  /**
   * Reads one member whole.
   *
   * @throws BadSampleException if its bytes are not all there
   */
  byte[] read(Member member) throws IOException, BadSampleException;
}
