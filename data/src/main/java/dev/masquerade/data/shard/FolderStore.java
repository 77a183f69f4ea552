package dev.masquerade.data.shard;

import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder whose files are members; names are relative paths, sorted. */
final class FolderStore implements MemberStore {

  private final Path root;
  private final List<Member> members;

  private FolderStore(Path root, List<Member> members) {
    this.root = root;
    this.members = members;
  }

  /**
   * Lists a folder.
   *
   * @param ofOneModality whether files are {@code key.ext} rather than {@code modality/key.ext}
   */
  static FolderStore open(Path root, boolean ofOneModality) throws IOException {
    List<Member> members = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .forEach(
              name ->
                  (ofOneModality ? MemberName.inModalityFolder(name) : MemberName.inFolder(name))
                      .ifPresent(
                          split ->
                              members.add(new Member(name, split.key(), split.suffix(), 0, 0))));
    }
    return new FolderStore(root, List.copyOf(members));
  }

  @Override
  public List<Member> members() {
    return members;
  }

  @Override
  public Optional<String> damage() {
    return Optional.empty();
  }

  @Override
  public byte[] read(Member member) throws IOException, BadSampleException {
    try {
      return Files.readAllBytes(root.resolve(member.name()));
    } catch (NoSuchFileException e) {
      throw new BadSampleException("file " + member.name() + " is gone", e);
    }
  }

  @Override
  public void close() {}
}
