package dev.masquerade.data.image;

import dev.masquerade.modality.image.ImageDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** Counts the files of a folder that are not read, so that none is left out in silence. */
public final class IgnoredFiles {

  /** The formats that are read, in words. */
  public static final String READ = "only JPEG, PNG and WebP are read";

  private static final Set<String> OTHER_PICTURES =
      Set.of(
          "avif", "bmp", "gif", "heic", "heif", "ico", "j2k", "jfif", "jp2", "jxl", "pbm", "pgm",
          "pnm", "ppm", "psd", "svg", "tga", "tif", "tiff");

  private final TreeMap<String, Integer> byExtension = new TreeMap<>();
  private int hiddenFiles;
  private boolean pictures;

  /** Says whether a file is a picture of a format that is not read, by its name. */
  public static boolean isOtherPicture(String name) {
    return OTHER_PICTURES.contains(extension(name));
  }

  /** Says whether a file or one of the folders in its relative path is hidden. */
  public static boolean isHidden(Path relative) {
    for (Path step : relative) {
      if (step.toString().startsWith(".") && step.toString().length() > 1) {
        return true;
      }
    }
    return false;
  }

  /** Counts a file that is not read. */
  public void add(Path relative) {
    if (isHidden(relative)) {
      hiddenFiles++;
      return;
    }
    String name = String.valueOf(relative.getFileName());
    String extension = extension(name);
    byExtension.merge(extension.isEmpty() ? "without extension" : "." + extension, 1, Integer::sum);
    pictures |= isOtherPicture(name);
  }

  /** Counts a file of a folder of pictures where it looks like a picture that is not read. */
  void addPicture(Path relative) {
    String name = relative.toString();
    boolean hidden = isHidden(relative) && ImageDecoder.EXTENSIONS.contains(extension(name));
    if (isOtherPicture(name) || hidden) {
      add(relative);
    }
  }

  /** Says whether every file is read. */
  public boolean isEmpty() {
    return hiddenFiles == 0 && byExtension.isEmpty();
  }

  /**
   * Returns what is ignored, for example {@code ignored 24 .bmp, 4 .tiff, 1 hidden file: only JPEG,
   * PNG and WebP are read}; empty where nothing is.
   */
  public String describe() {
    if (isEmpty()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    byExtension.forEach(
        (extension, count) -> parts.add(String.format(Locale.ROOT, "%,d %s", count, extension)));
    if (hiddenFiles > 0) {
      parts.add(
          String.format(
              Locale.ROOT, "%,d hidden %s", hiddenFiles, hiddenFiles == 1 ? "file" : "files"));
    }
    return "ignored " + String.join(", ", parts) + (pictures ? ": " + READ : "");
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= name.lastIndexOf('/') + 1 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
