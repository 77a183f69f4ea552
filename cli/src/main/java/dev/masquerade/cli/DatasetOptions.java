package dev.masquerade.cli;

import dev.masquerade.data.label.LabelSource;
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
      defaultValue = "label",
      description =
          "Where a data set's samples say their class: a member, a field of it, or the folder in"
              + " their keys (${DEFAULT-VALUE}).")
  private String labels = "label";

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

  LabelSource labels() {
    try {
      return LabelSource.of(labels);
    } catch (IllegalArgumentException e) {
      throw new MistakeException("--labels " + labels + ": " + e.getMessage() + ".");
    }
  }
}
