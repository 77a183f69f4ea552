package dev.masquerade.train.config;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.mae.MaePresets;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.proto.run.v1.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a run says of its network, of whatever family it is. */
final class ModelReader {

  private final Model message;
  private final FieldProblems at;

  ModelReader(Model message, FieldProblems at) {
    this.message = message;
    this.at = at;
  }

  /** Returns the names of the presets of all families. */
  static Set<String> presets() {
    Set<String> names = new TreeSet<>(ModelPresets.names());
    names.addAll(MaePresets.names());
    names.addAll(VitPresets.names());
    return names;
  }

  /** Says whether the network predicts what it also sees: the pixels of its modalities. */
  boolean reconstructs() {
    return message.hasMultimae()
        || message.hasAutoencoder()
        || MaePresets.names().contains(message.getPreset());
  }

  /** Says whether the network's loss is fixed by what it is. */
  boolean hasLossOfItsOwn() {
    return reconstructs() || seesEverything();
  }

  /** Says whether the network is given all of every sample, so that nothing is masked. */
  boolean seesEverything() {
    return comparesViews() || tokenizes();
  }

  /** Says whether the network learns ids for its modality. */
  boolean tokenizes() {
    return message.hasTokenizer();
  }

  /** Says whether the network compares views of whole pictures and predicts nothing. */
  boolean comparesViews() {
    return message.hasByol();
  }

  /** Returns the network; what is wrong with it is reported. */
  ModelChoice read(List<StoredModality> modalities, Path runFile) {
    Optional<Path> weights =
        message.getInitialWeights().isEmpty()
            ? Optional.empty()
            : Optional.of(RunPaths.resolve(runFile, message.getInitialWeights()));
    List<String> families = new ArrayList<>();
    for (String family : List.of("autoencoder", "multimae", "byol", "tokenizer")) {
      if (message.hasField(message.getDescriptorForType().findFieldByName(family))) {
        families.add(family);
      }
    }
    if (families.size() > 1) {
      at.report(families.get(1), "stands beside " + families.get(0) + "; a run has one network.");
    }
    if (message.hasMultimae()) {
      return new MultiMaeReader(message, at).read(weights);
    }
    if (message.hasByol()) {
      return new ByolReader(message, at).read(weights);
    }
    if (message.hasTokenizer()) {
      return new TokenizerReader(message, at).read(weights);
    }
    return reconstructs()
        ? new AutoencoderReader(message, at).read(weights)
        : new FourMReader(message, at).read(modalities, weights);
  }
}
