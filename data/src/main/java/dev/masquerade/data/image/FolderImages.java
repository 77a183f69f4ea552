package dev.masquerade.data.image;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The pictures of a folder and of those within, by their relative paths, sorted. An image's class
 * is the last folder of its path.
 */
public final class FolderImages implements ImageSource {

  private final Path root;
  private final List<String> names;
  private final ImageDecoder decoder = new ImageDecoder(ImageDecoder.DEFAULT_PIXEL_LIMIT);

  private FolderImages(Path root, List<String> names) {
    this.root = root;
    this.names = names;
  }

  /**
   * Lists a folder, or takes one file.
   *
   * @throws ConfigurationException if it holds no picture
   */
  public static FolderImages open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isRegularFile(path)) {
      return new FolderImages(path.resolveSibling(""), List.of(String.valueOf(path.getFileName())));
    }
    try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      List<String> names =
          files
              .filter(file -> ImageDecoder.isPicture(file) && Files.isRegularFile(file))
              .map(file -> path.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
      if (names.isEmpty()) {
        throw new ConfigurationException(
            List.of(
                path
                    + ": holds no picture, nor do the folders in it. Pictures are files ending in ."
                    + String.join(", .", ImageDecoder.EXTENSIONS.stream().sorted().toList())));
      }
      return new FolderImages(path, names);
    }
  }

  @Override
  public int count() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public String label(int index) {
    return folderOf(names.get(index));
  }

  /** Returns the last folder of a relative path; empty where it has none. */
  public static String folderOf(String name) {
    int end = name.lastIndexOf('/');
    return end < 0 ? "" : name.substring(name.lastIndexOf('/', end - 1) + 1, end);
  }

  @Override
  public PixelImage read(int index) throws IOException, BadSampleException {
    return decoder.colours(Files.readAllBytes(root.resolve(names.get(index))));
  }

  @Override
  public OptionalInt find(String name) {
    int place = Collections.binarySearch(names, name);
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
  }

  @Override
  public void close() {}
}
