package dev.masquerade.train.embed;

import ai.djl.Device;
import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.pipeline.DecodedSample;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.EmptyContentException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.model.VisionEncoder;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.train.RunData;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Embeds samples of a data set by the encoder of a 4M run, which sees all of some of their
 * modalities: the mean or the largest over the tokens of all of them. Used by one thread.
 */
public final class SampleFeatures implements AutoCloseable {

  private final Path directory;
  private final RunConfig config;
  private final RunData data;
  private final List<Integer> places;
  private final List<ModalitySpec> seen;
  private final Parameters parameters;
  private final VisionEncoder encoder;
  private final Precision precision;
  private final WeightsStamp stamp;
  private final int width;

  private SampleFeatures(
      Path directory,
      RunConfig config,
      RunData data,
      List<Integer> places,
      FourMDescription model,
      Parameters parameters,
      Precision precision,
      WeightsStamp stamp) {
    this.directory = directory;
    this.config = config;
    this.data = data;
    this.places = places;
    this.seen = model.modalities();
    this.parameters = parameters;
    this.encoder = new VisionEncoder(model.config(), model.modalities(), parameters);
    this.precision = precision;
    this.stamp = stamp;
    this.width = model.config().dim();
  }

  /**
   * Opens a run over a data set.
   *
   * @param directory of the run, which says how modalities become tokens
   * @param manifest whose samples are embedded
   * @param split of them; empty for the held-out one
   * @param names of modalities that the encoder sees
   * @throws RunRefusedException if it is no run of a 4M model, or the model does not see a modality
   */
  public static SampleFeatures open(
      Path directory,
      Path manifest,
      String split,
      List<String> names,
      DeviceChoice device,
      PrecisionChoice precision,
      ModalityCatalogue catalogue,
      ShardSources sources)
      throws IOException {
    Path file = directory.resolve("run.textproto");
    if (!Files.isRegularFile(file)) {
      throw new RunRefusedException(
          directory
              + " holds no run (run.textproto is missing), which --see needs: it says how"
              + " modalities become tokens");
    }
    Path weights = CheckpointPath.weights(directory);
    String source =
        "{ manifest: \""
            + manifest.toAbsolutePath().toString().replace("\\", "\\\\")
            + "\""
            + (split.isEmpty() ? "" : " split: \"" + split + "\"")
            + " }";
    RunConfig config =
        new RunConfigReader(catalogue.names())
            .read(file, FieldOverrides.of(List.of("data.validation=" + source)));
    RunData data = RunData.open(config, catalogue, sources);
    try (StoredModel stored = StoredModel.open(weights).fused()) {
      if (!(stored.description() instanceof FourMDescription whole)) {
        throw new RunRefusedException(
            directory
                + " holds a model of the family "
                + stored.description().family().name()
                + ", which sees pictures alone; leave --see away");
      }
      List<Integer> places = places(data.modalities(), whole, names);
      FourMDescription model =
          whole.encoderOf(places.stream().map(place -> data.modalities().get(place)).toList());
      WeightMatch match = stored.match().require();
      ComputeEngine engine = ComputeEngine.start();
      Device on = engine.device(device);
      Parameters parameters = Parameters.create(model.layout(), on, match::valuesOrKnown);
      try {
        return new SampleFeatures(
            directory,
            config,
            data,
            places,
            model,
            parameters,
            precision.on(engine, on),
            WeightsStamp.of(weights));
      } catch (IOException | RuntimeException e) {
        parameters.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static List<Integer> places(
      List<ModalitySpec> modalities, FourMDescription model, List<String> names) {
    List<String> known = new ArrayList<>();
    for (ModalitySpec modality : modalities) {
      boolean sees =
          model.modalities().stream()
              .anyMatch(spec -> spec.isInput() && spec.name().equals(modality.name()));
      known.add(sees ? modality.name().value() : "");
    }
    List<Integer> places = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      if (name.isEmpty() || !known.contains(name)) {
        throw new RunRefusedException(
            "the encoder does not see \""
                + name
                + "\". It sees "
                + known.stream().filter(other -> !other.isEmpty()).toList());
      }
      places.add(known.indexOf(name));
    }
    return places;
  }

  /** Returns D, the numbers per sample. */
  public int width() {
    return width;
  }

  /** Returns how many samples there are. */
  public int count() {
    return Math.toIntExact(reader().sampleCount());
  }

  /** Says what makes the rows, in one line. */
  public String origin(Pooling pooling) {
    return String.format(
        Locale.ROOT,
        "%s (%s; %s), %s of all of %s",
        directory,
        stamp,
        precision.name().toLowerCase(Locale.ROOT),
        pooling.name().toLowerCase(Locale.ROOT),
        seen.stream().map(ModalitySpec::name).toList());
  }

  private SampleReader reader() {
    return data.heldOut().orElseThrow(() -> new IllegalStateException("opened with a source"));
  }

  /**
   * Adds a row for every sample, in the order of the data set. One that cannot be used, or that has
   * none of the modalities, leaves a row that says so.
   *
   * @param progress told the number of rows added
   */
  public void run(EmbeddingSink sink, Pooling pooling, int batchSize, LongConsumer progress)
      throws IOException {
    SampleReader reader = reader();
    Augmenter augmenter = config.data().evaluation();
    long done = 0;
    long count = reader.sampleCount();
    while (done < count) {
      List<Row> rows = new ArrayList<>();
      while (rows.size() < batchSize && done + rows.size() < count) {
        rows.add(row(reader, done + rows.size(), augmenter));
      }
      write(sink, rows, pooling);
      done += rows.size();
      progress.accept(done);
    }
  }

  /** One sample; without tokens where it cannot be used. */
  private record Row(String key, List<@Nullable TokenizedModality> tokens, String problem) {}

  private Row row(SampleReader reader, long place, Augmenter augmenter) throws IOException {
    try {
      DecodedSample sample = reader.read(place);
      View view =
          augmenter.view(sample.frame(), data.streams().stream(0, sample.key(), Purpose.VIEW));
      List<@Nullable TokenizedModality> tokens = new ArrayList<>();
      for (int modality : places) {
        DecodedModality decoded = sample.modality(modality).orElse(null);
        tokens.add(decoded == null ? null : tokens(decoded, view));
      }
      boolean something = tokens.stream().anyMatch(modality -> modality != null);
      return new Row(
          sample.key(),
          tokens,
          something ? "" : "has none of " + seen.stream().map(ModalitySpec::name).toList());
    } catch (UnusableSampleException | BadSampleException e) {
      return new Row("sample " + place, List.of(), String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable TokenizedModality tokens(DecodedModality modality, View view)
      throws BadSampleException {
    try {
      return modality.tokenize(view);
    } catch (EmptyContentException e) {
      return null;
    }
  }

  private void write(EmbeddingSink sink, List<Row> rows, Pooling pooling) throws IOException {
    List<Row> good = rows.stream().filter(row -> row.problem().isEmpty()).toList();
    float[] features = good.isEmpty() ? new float[0] : features(good, pooling);
    int at = 0;
    for (Row row : rows) {
      EmbeddingKey key = new EmbeddingKey(row.key(), "", row.problem());
      if (key.broken()) {
        sink.addBroken(key);
      } else {
        sink.add(key, features, at);
        at += width;
      }
    }
  }

  private float[] features(List<Row> rows, Pooling pooling) {
    Set<ModalityName> names = new LinkedHashSet<>();
    seen.forEach(spec -> names.add(spec.name()));
    MaskingPolicy policy = new TransferMasking(names, Set.of()).policy(seen);
    MaskedBatch batch = MaskedBatch.allocate(seen, rows.size());
    for (Row row : rows) {
      int number = batch.addRow(row.key());
      policy.mask(
          row.tokens(), data.streams().stream(0, row.key(), Purpose.MASKING), batch, number);
    }
    try (PackedBatch packed = new Packer(seen, PackLimits.NONE).pack(batch);
        StepScope scope = StepScope.open(parameters.manager())) {
      return encoder.features(packed, pooling, precision, scope).toFloatArray();
    }
  }

  @Override
  public void close() {
    encoder.close();
    parameters.close();
    data.close();
  }
}
