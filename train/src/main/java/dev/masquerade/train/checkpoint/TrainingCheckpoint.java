package dev.masquerade.train.checkpoint;

import ai.djl.ndarray.NDArray;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.MessageWriter;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.proto.checkpoint.v1.Checkpoint;
import dev.masquerade.proto.checkpoint.v1.CheckpointFile;
import dev.masquerade.proto.checkpoint.v1.DataPosition;
import dev.masquerade.proto.checkpoint.v1.MetricSum;
import dev.masquerade.proto.checkpoint.v1.SkippedSample;
import dev.masquerade.train.average.ParameterAverage;
import dev.masquerade.train.metric.MetricWindow;
import dev.masquerade.train.optim.Optimiser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A checkpoint's files: {@code config.json} and {@code model.safetensors} in the layout of released
 * models, {@code optimizer.safetensors}, and {@code checkpoint.textproto} with everything else and
 * the digests of the others.
 */
public final class TrainingCheckpoint {

  /** Name of the file with counters and digests. */
  public static final String HEADER = "checkpoint.textproto";

  /** Name of the file with the optimiser's memory. */
  public static final String OPTIMISER = "optimizer.safetensors";

  /**
   * Name of the file with the averaged parameters, where the run keeps them: a model of its own,
   * with its config in the metadata.
   */
  public static final String AVERAGE = "average.safetensors";

  private final Path directory;
  private final Checkpoint header;

  private TrainingCheckpoint(Path directory, Checkpoint header) {
    this.directory = directory;
    this.header = header;
  }

  /**
   * Writes a checkpoint's files.
   *
   * @param directory exists and is empty
   * @param configDigest of what decides numbers in the run's configuration
   */
  public static void write(
      Path directory,
      String runName,
      String configDigest,
      TrainingState state,
      Trained trained,
      Provenance provenance)
      throws IOException {
    Checkpoint.Builder header =
        Checkpoint.newBuilder()
            .setRunName(runName)
            .setConfigDigest(configDigest)
            .setStep(state.step())
            .setSamplesConsumed(state.samples())
            .setDataPosition(position(state))
            .setTokensSeen(state.tokens())
            .setSkippedSteps(state.skipped())
            .setSkippedInARow(state.skippedInARow())
            .setOptimiserSteps(state.step() - state.skipped())
            .setParameterCount(trained.parameters().layout().trainableCount())
            .setProvenance(message(provenance));
    state
        .window()
        .forEach(
            (name, sum) ->
                header.addMetricSums(
                    MetricSum.newBuilder()
                        .setName(name)
                        .setSum(sum.sum())
                        .setWeight(sum.weight())));

    Path config = directory.resolve(StoredModel.CONFIG);
    ModelDescription description = trained.description();
    ConfigJson.write(description, config);
    header.addFiles(file(StoredModel.CONFIG, Files.size(config), ShardDigest.of(config)));
    header.addFiles(
        written(
            directory.resolve(StoredModel.WEIGHTS),
            ConfigJson.metadata(description),
            weights(trained.parameters().layout(), trained.parameters()::read)));
    header.addFiles(
        written(directory.resolve(OPTIMISER), Map.of("format", "pt"), memory(trained.optimiser())));
    if (trained.average().isPresent()) {
      header.addFiles(
          written(
              directory.resolve(AVERAGE),
              ConfigJson.metadata(description),
              weights(trained.parameters().layout(), trained.average().get()::read)));
    }
    MessageWriter.write(directory.resolve(HEADER), header.build());
  }

  private static DataPosition position(TrainingState state) {
    DataPosition.Builder position =
        DataPosition.newBuilder()
            .setSamplesDelivered(state.samples())
            .setBadSamples(state.badSamples().size());
    for (SampleName sample : state.badSamples()) {
      position.addSkippedSamples(
          SkippedSample.newBuilder().setShard(sample.shard()).setKey(sample.key()));
    }
    return position.build();
  }

  /** Every tensor under every name it has, as the reference's state dictionary. */
  private static List<TensorContent> weights(
      ParameterLayout layout, Function<String, float[]> values) {
    List<TensorContent> tensors = new ArrayList<>();
    for (ParameterSpec spec : layout.parameters()) {
      tensors.add(tensor(spec.name(), spec.shape(), () -> values.apply(spec.name())));
    }
    return tensors;
  }

  private static List<TensorContent> memory(Optimiser optimiser) {
    List<TensorContent> tensors = new ArrayList<>();
    optimiser
        .state()
        .forEach((name, array) -> tensors.add(tensor(name, shape(array), array::toFloatArray)));
    return tensors;
  }

  /** Describes a tensor that is brought to the host when its turn comes. */
  private static TensorContent tensor(String name, List<Long> shape, Supplier<float[]> values) {
    return new TensorContent(
        name,
        ElementType.F32,
        shape,
        channel -> TensorContent.floats(name, shape, values.get()).values().writeTo(channel));
  }

  private static List<Long> shape(NDArray array) {
    List<Long> shape = new ArrayList<>();
    for (long length : array.getShape().getShape()) {
      shape.add(length);
    }
    return shape;
  }

  private static CheckpointFile written(
      Path target, Map<String, String> metadata, List<TensorContent> tensors) throws IOException {
    SafetensorsWriter.Written written = SafetensorsWriter.write(target, metadata, tensors);
    return file(String.valueOf(target.getFileName()), written.bytes(), written.sha256());
  }

  private static CheckpointFile file(String name, long bytes, String sha256) {
    return CheckpointFile.newBuilder().setName(name).setSizeBytes(bytes).setSha256(sha256).build();
  }

  private static dev.masquerade.proto.checkpoint.v1.Provenance message(Provenance provenance) {
    return dev.masquerade.proto.checkpoint.v1.Provenance.newBuilder()
        .setMasqueradeVersion(provenance.masqueradeVersion())
        .setGitRevision(provenance.gitRevision())
        .setJavaVersion(provenance.javaVersion())
        .setEngine(provenance.engine())
        .setDevice(provenance.device())
        .setPrecision(provenance.precision())
        .setPlatform(provenance.platform())
        .setCommand(provenance.command())
        .setCreated(provenance.created())
        .putAllManifestSha256(provenance.manifests())
        .build();
  }

  /**
   * Opens a checkpoint and compares its files with their digests.
   *
   * @throws RunRefusedException if a file is missing or damaged, naming it
   */
  public static TrainingCheckpoint open(Path directory) throws IOException {
    Path file = directory.resolve(HEADER);
    Problems problems = new Problems();
    Checkpoint header =
        MessageReader.read(file, Checkpoint.getDefaultInstance(), problems).message();
    try {
      problems.throwIfAny();
    } catch (ConfigurationException e) {
      throw new RunRefusedException(
          "the checkpoint " + directory + " is damaged: " + e.getMessage() + " " + advice(), e);
    }
    for (CheckpointFile declared : header.getFilesList()) {
      Path path = directory.resolve(declared.getName());
      if (!Files.isRegularFile(path)) {
        throw damaged(path, "is missing");
      }
      if (Files.size(path) != declared.getSizeBytes()) {
        throw damaged(
            path,
            "has " + Files.size(path) + " bytes, was written with " + declared.getSizeBytes());
      }
      if (!ShardDigest.of(path).equals(declared.getSha256())) {
        throw damaged(path, "does not have the content it was written with");
      }
    }
    return new TrainingCheckpoint(directory, header);
  }

  private static RunRefusedException damaged(Path file, String how) {
    return new RunRefusedException(
        "the checkpoint is damaged: " + file + " " + how + ". " + advice());
  }

  private static String advice() {
    return "Delete this checkpoint's directory to go on from the one before";
  }

  /** Returns where it lies. */
  public Path directory() {
    return directory;
  }

  /** Returns what checkpoint.textproto says. */
  public Checkpoint header() {
    return header;
  }

  /** Returns where the run stood. */
  public TrainingState state() {
    Map<String, MetricWindow.Sum> window = new LinkedHashMap<>();
    for (MetricSum sum : header.getMetricSumsList()) {
      window.put(sum.getName(), new MetricWindow.Sum(sum.getSum(), sum.getWeight()));
    }
    return new TrainingState(
        header.getStep(),
        header.getSamplesConsumed(),
        header.getTokensSeen(),
        header.getSkippedSteps(),
        (int) header.getSkippedInARow(),
        window,
        header.getDataPosition().getSkippedSamplesList().stream()
            .map(sample -> new SampleName(sample.getShard(), sample.getKey()))
            .toList());
  }

  /**
   * Gives an optimiser its memory back.
   *
   * @throws RunRefusedException if it is of another model
   */
  public void restore(Optimiser optimiser) throws IOException {
    restore(OPTIMISER, optimiser::restore);
  }

  /**
   * Gives an average its values back. A run that did not keep one so far starts it from the
   * parameters.
   *
   * @throws RunRefusedException if it is of another model
   */
  public void restore(ParameterAverage average) throws IOException {
    if (Files.exists(directory.resolve(AVERAGE))) {
      restore(AVERAGE, average::restore);
    }
  }

  private void restore(
      String name, BiConsumer<Collection<String>, Function<String, FloatBuffer>> receiver)
      throws IOException {
    Path path = directory.resolve(name);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      receiver.accept(
          file.tensors().stream().map(TensorEntry::name).toList(),
          tensor -> {
            try {
              return FloatBuffer.wrap(file.floats(tensor));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IllegalArgumentException e) {
      throw new RunRefusedException(path + ": " + e.getMessage() + ". " + advice(), e);
    }
  }
}
