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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The pictures of a folder and of those within, by their relative paths, sorted. An image's class
 * is the last folder of its path. Hidden files and folders, whose names begin with a dot, are left
 * out.
 */
public final class FolderImages implements ImageSource {

  private final Path root;
  private final List<String> names;
  private final String ignored;
  private final ImageDecoder decoder;

  private FolderImages(Path root, List<String> names, String ignored, int pixelLimit) {
    this.root = root;
    this.names = names;
    this.ignored = ignored;
    this.decoder = new ImageDecoder(pixelLimit);
  }

  /** Lists a folder, or takes one file, with the usual limit on a picture's pixels. */
  public static FolderImages open(Path path) throws IOException {
    return open(path, ImageDecoder.DEFAULT_PIXEL_LIMIT);
  }

  /**
   * Lists a folder, or takes one file.
   *
   * @param pixelLimit largest number of pixels of a picture
   * @throws ConfigurationException if it holds no picture
   */
  public static FolderImages open(Path path, int pixelLimit) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isRegularFile(path)) {
      return new FolderImages(
          path.resolveSibling(""), List.of(String.valueOf(path.getFileName())), "", pixelLimit);
    }
    List<String> names = new ArrayList<>();
    IgnoredFiles ignored = new IgnoredFiles();
    try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path relative = path.relativize(file);
        if (ImageDecoder.isPicture(file) && !IgnoredFiles.isHidden(relative)) {
          names.add(relative.toString().replace('\\', '/'));
        } else {
          ignored.addPicture(relative);
        }
      }
    }
    Collections.sort(names);
    if (names.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              path
                  + ": holds no picture, nor do the folders in it. Pictures are files ending in ."
                  + String.join(", .", ImageDecoder.EXTENSIONS.stream().sorted().toList())
                  + (ignored.isEmpty() ? "" : "; " + ignored.describe())));
    }
    return new FolderImages(path, List.copyOf(names), ignored.describe(), pixelLimit);
  }

  /**
   * Returns how many pictures are read and which files that look like pictures are not; empty where
   * none is left out.
   */
  public Optional<String> remark() {
    return ignored.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %,d %s; %s",
                root,
                names.size(),
                names.size() == 1 ? "picture" : "pictures",
                ignored));
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
