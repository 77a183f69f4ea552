package dev.masquerade.cli;

import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.label.LabelSource;
import dev.masquerade.modality.image.ImageDecoder;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that take their images from a data set. */
final class DatasetOptions {

  @Option(
      names = "--member",
      defaultValue = "rgb",
      description = "Member of a data set's samples that is the picture (${DEFAULT-VALUE}).")
  private String member = "rgb";

  @Option(
      names = "--labels",
      paramLabel = "folder|MEMBER[:FIELD]",
      description =
          "Where a data set's samples say their class: a member, a field of it, or the folder in"
              + " their keys (label).")
  private @Nullable String labels;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "" + ImageDecoder.DEFAULT_PIXEL_LIMIT,
      description = "Pixels of the largest picture that is read (${DEFAULT-VALUE}).")
  private int maxPixels = ImageDecoder.DEFAULT_PIXEL_LIMIT;

  /** Returns the same options with another picture. */
  DatasetOptions withMember(String other) {
    DatasetOptions options = new DatasetOptions();
    options.member = other;
    options.labels = labels;
    return options;
  }

  String member() {
    return member;
  }

  int maxPixels() {
    if (maxPixels < 1) {
      throw new MistakeException("--max-pixels must be at least 1, was " + maxPixels + ".");
    }
    return maxPixels;
  }

  LabelSource labels() {
    if (labels == null) {
      return LabelSource.DEFAULT;
    }
    try {
      return LabelSource.of(labels);
    } catch (IllegalArgumentException e) {
      throw new MistakeException("--labels " + labels + ": " + e.getMessage() + ".");
    }
  }

  /**
   * Refuses images none of which has a label although the command line asks for labels.
   *
   * @param what the images are, for the message
   */
  void requireLabelsIfAsked(ImageSource source, String what) throws IOException {
    if (labels != null) {
      requireLabels(source, what);
    }
  }

  /** Refuses images none of which has a label, before time is spent on them. */
  void requireLabels(ImageSource source, String what) throws IOException {
    for (int image = 0; image < source.count(); image++) {
      if (!source.label(image).isEmpty()) {
        return;
      }
    }
    boolean folder = source instanceof FolderImages;
    throw new MistakeException(
        String.format(
            Locale.ROOT,
            "%s: none of its %,d %s has a label%s. %s",
            what,
            source.count(),
            folder ? "images" : "samples",
            folder ? "" : " (" + labels() + ")",
            folder
                ? "Put the images of a class into a folder of its name."
                : "Say with --labels where they stand: folder, MEMBER or MEMBER:FIELD."));
  }
}
