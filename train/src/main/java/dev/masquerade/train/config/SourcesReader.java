package dev.masquerade.train.config;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.proto.run.v1.Data;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the manifests that a run names, each once. */
final class SourcesReader {

  private final ManifestReader manifests;
  private final Path runFile;
  private final Problems problems;
  private final Map<Path, Optional<DatasetManifest>> read = new HashMap<>();

  SourcesReader(ManifestReader manifests, Path runFile, Problems problems) {
    this.manifests = manifests;
    this.runFile = runFile;
    this.problems = problems;
  }

  /** Returns the data sets to train on; those with problems are reported and left out. */
  List<DataSource> training(Data message, FieldProblems at) {
    List<DataSource> sources = new ArrayList<>();
    for (int i = 0; i < message.getSourcesCount(); i++) {
      source(message.getSources(i), Split.TRAIN, at.at("sources", i)).ifPresent(sources::add);
    }
    if (message.getSourcesCount() == 0) {
      at.reportMissing(
          "sources", "are missing; name a data set: sources { manifest: \"manifest.textproto\" }.");
    }
    return sources;
  }

  /** Returns the held-out data, where the run or the first data set has any. */
  Optional<DataSource> validation(Data message, List<DataSource> training, FieldProblems at) {
    if (message.hasValidation()) {
      FieldProblems below = at.at("validation");
      if (message.getValidation().hasWeight()) {
        below.report("weight", "held-out data has no weight; leave it out.");
      }
      return source(message.getValidation(), Split.VALIDATION, below);
    }
    return training.stream()
        .findFirst()
        .flatMap(
            first ->
                first
                    .manifest()
                    .split(Split.VALIDATION)
                    .map(split -> new DataSource(first.file(), first.manifest(), split, 1)));
  }

  private Optional<DataSource> source(
      dev.masquerade.proto.run.v1.DataSource declared, String usualSplit, FieldProblems at) {
    double weight =
        new NumberFields(declared, at).real("weight", NumberFields.POSITIVE, "a number above 0", 1);
    if (declared.getManifest().isEmpty()) {
      at.reportMissing("manifest", "is missing; name the data set's manifest file.");
      return Optional.empty();
    }
    Path file = RunPaths.resolve(runFile, declared.getManifest());
    if (!Files.exists(file)) {
      at.report(
          "manifest",
          "there is no file "
              + file
              + ". Paths are relative to the run file; \"masquerade scenes\" renders a data set"
              + " with its manifest.");
      return Optional.empty();
    }
    String wanted = declared.getSplit().isEmpty() ? usualSplit : declared.getSplit();
    return manifest(file, declared.getManifest())
        .flatMap(
            manifest -> {
              Optional<Split> split = manifest.split(wanted);
              if (split.isEmpty()) {
                List<String> known = manifest.splits().stream().map(Split::name).toList();
                at.reportUnknown("split", wanted, "a split of " + manifest.name(), known);
              }
              return split.map(found -> new DataSource(file, manifest, found, weight));
            });
  }

  private Optional<DatasetManifest> manifest(Path file, String written) {
    Path shown = Path.of(written).isAbsolute() ? file : runFile.resolveSibling(written).normalize();
    return read.computeIfAbsent(file, unused -> manifests.read(shown, problems));
  }
}
