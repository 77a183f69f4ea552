package dev.masquerade.train.generate;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.train.plan.PlanWriter;
import java.io.IOException;
import java.util.Optional;

/** What decides the content of a generated data set, so that work goes on with nothing else. */
final class DatasetIdentity {

  private final DatasetManifest source;
  private final Generator generator;
  private final GeneratedDataset.Settings settings;

  DatasetIdentity(DatasetManifest source, Generator generator, GeneratedDataset.Settings settings) {
    this.source = source;
    this.generator = generator;
    this.settings = settings;
  }

  /** Returns the member that a modality is read from: what the data set or the run says it is. */
  String member(ModalityName name) {
    Optional<StoredModality> stored = source.modality(name);
    if (stored.isEmpty()) {
      stored =
          source.modalities().stream()
              .filter(modality -> modality.name().base().equals(name.base()))
              .findFirst();
    }
    if (stored.isEmpty()) {
      stored = generator.modalities().declaration(name);
    }
    return stored.map(StoredModality::member).orElse(name.base());
  }

  /** Says all that decides what is written. */
  String describe(MadeMembers made) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("model: ").append(generator.stamp()).append('\n');
    text.append("precision: ").append(generator.precision()).append('\n');
    text.append("view: ").append(generator.view()).append('\n');
    for (ModalityName name : settings.shown()) {
      text.append("shown: ").append(name).append(" from ").append(member(name));
      HiddenPlaces hidden = settings.hidden().get(name);
      text.append(hidden == null ? "" : ", " + hidden.describe());
      text.append(tokenizer(name)).append('\n');
    }
    for (TargetPlan target : settings.plan().targets()) {
      ModalityName name = target.target();
      text.append("made: ").append(name).append(" as ").append(made.of(name));
      text.append(tokenizer(name)).append('\n');
    }
    text.append(PlanWriter.text(settings.plan()));
    for (Split split : settings.splits()) {
      for (ShardDeclaration shard : split.shards()) {
        text.append(split.name()).append(": ").append(shard.sampleCount());
        for (ShardFile file : shard.files()) {
          text.append(' ').append(file.name()).append(' ').append(file.sha256());
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private String tokenizer(ModalityName name) throws IOException {
    return generator.modalities().fingerprint(name).map(print -> ", tokenizer " + print).orElse("");
  }
}
