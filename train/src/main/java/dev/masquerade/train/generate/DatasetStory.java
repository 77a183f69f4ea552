package dev.masquerade.train.generate;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.TargetPlan;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How a generated data set came to be, for its manifest. Where it is written is left out: the same
 * work in two places gives the same manifest.
 *
 * @param source data set that was added to
 * @param stamp tells the model's weights from others
 * @param settings what was generated
 */
record DatasetStory(DatasetManifest source, String stamp, GeneratedDataset.Settings settings) {

  private static final String SUFFIX = "-generated";

  /** Returns the name: that of the source, and that more was generated. */
  String name() {
    return source.name().endsWith(SUFFIX) ? source.name() : source.name() + SUFFIX;
  }

  /** Says what was made of what, and then what the source says of itself. */
  String description() {
    String own = made() + " made of " + shown() + ", beside what " + source.name() + " holds.";
    return source.description().isEmpty() ? own : own + " " + source.description();
  }

  private String made() {
    return settings.plan().targets().stream()
        .map(TargetPlan::target)
        .map(ModalityName::value)
        .collect(Collectors.joining(", "));
  }

  private String shown() {
    return settings.shown().stream().map(ModalityName::value).collect(Collectors.joining(", "));
  }

  /** Returns generator, seed, command and source. */
  DatasetProvenance told() {
    StringBuilder command = new StringBuilder("masquerade generate --data ").append(source.name());
    settings.shown().forEach(name -> command.append(" --from ").append(name));
    List<String> targets =
        settings.plan().targets().stream().map(target -> target.target().value()).toList();
    command.append(" --to ").append(String.join(",", targets));
    command.append(" --seed ").append(settings.plan().seed());
    return new DatasetProvenance(
        "masquerade generate",
        "",
        OptionalLong.of(settings.plan().seed()),
        command.toString(),
        "",
        "model " + stamp + "; data set " + described());
  }

  /** Names the source with what is known of it. */
  private String described() {
    DatasetProvenance before = source.provenance();
    StringBuilder text = new StringBuilder(source.name());
    if (!before.generator().isEmpty()) {
      text.append(", by ").append(before.generator());
    }
    if (!before.command().isEmpty()) {
      text.append(" (").append(before.command()).append(')');
    }
    if (!before.source().isEmpty()) {
      text.append(", from ").append(before.source());
    }
    return text.toString();
  }
}
