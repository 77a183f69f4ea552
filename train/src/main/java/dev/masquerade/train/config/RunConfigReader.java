package dev.masquerade.train.config;

import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.data.schema.ReadMessage;
import dev.masquerade.modality.Role;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.proto.run.v1.Loss;
import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.Train;
import dev.masquerade.train.average.AverageSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a run and the manifests it names, fills in defaults, and reports everything that is wrong
 * at once. Nothing is opened but these files: what only a device, a shard or an opened modality can
 * tell is found out later.
 */
public final class RunConfigReader {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final int LOG_EVERY = 10;
  private static final int CHECKPOINT_EVERY = 1000;
  private static final int KEEP_CHECKPOINTS = 2;
  private static final int MAX_SKIPPED_STEPS = 10;
  private static final int AVERAGE_WARM_UP = 10;
  private static final int EVALUATION_EVERY = 1000;
  private static final int EVALUATION_BATCHES = 8;

  private final Set<String> knownTypes;

  /**
   * Creates a reader.
   *
   * @param knownTypes keys of all modality plugins on the class path
   */
  public RunConfigReader(Set<String> knownTypes) {
    this.knownTypes = Set.copyOf(knownTypes);
  }

  /**
   * Reads a run.
   *
   * @param file named as problems shall show it
   * @throws dev.masquerade.data.schema.ConfigurationException with all problems
   */
  public RunConfig read(Path file) {
    return read(file, FieldOverrides.NONE);
  }

  /**
   * Reads a run and changes fields of it.
   *
   * @param file named as problems shall show it
   * @param overrides applied before anything is checked
   * @throws dev.masquerade.data.schema.ConfigurationException with all problems
   */
  public RunConfig read(Path file, FieldOverrides overrides) {
    Problems problems = new Problems();
    ReadMessage<Run> read = MessageReader.read(file, Run.getDefaultInstance(), overrides, problems);
    Run message = read.message();
    FieldProblems fields = read.problems();
    String name = name(message, fields);
    DataReader data = new DataReader(message.getData(), fields.at("data"));
    SourcesReader sources = new SourcesReader(new ManifestReader(knownTypes), file, problems);
    List<DataSource> training = sources.training(message.getData(), fields.at("data"));
    Optional<DataSource> validation =
        sources.validation(message.getData(), training, fields.at("data"));
    ModelReader network = new ModelReader(message.getModel(), fields.at("model"));
    List<StoredModality> modalities =
        new ModalitiesReader(knownTypes, file, fields).read(message, training);
    if (network.reconstructs()) {
      modalities = modalities.stream().map(RunConfigReader::seenAndPredicted).toList();
    }
    MaskingReader rule = new MaskingReader(message.getMasking(), modalities, fields.at("masking"));
    MaskingConfig masking =
        network.seesEverything() ? rule.nothing(network.comparesViews()) : rule.read();
    if (network.comparesViews() && message.getData().getViews() != 2) {
      fields.at("data").report("views", "must be 2: model.byol compares two views of each sample.");
    }
    if (!network.tokenizes() && !data.resolutions().isEmpty()) {
      fields
          .at("data")
          .report(
              "resolutions",
              "are for tokenizers, which take pictures of any size; leave them out.");
    }
    ModelChoice model = network.read(modalities, file);
    LengthReader lengths = new LengthReader(masking.nominalTokensPerSample(), data, training);
    OptionalLong steps = lengths.steps(message.getTrain(), fields.at("train"));
    TrainConfig train = train(message.getTrain(), steps.orElse(1), fields.at("train"));
    OptimiserConfig optimiser = new OptimiserReader(message, fields, lengths, data).read(steps);
    if (network.comparesViews() && data.batchSize() / optimiser.accumulation() < 2) {
      fields
          .at("data")
          .report(
              "batch_size",
              "leaves fewer than 2 pictures in a part of a batch, whose batch norms need 2; raise"
                  + " it, or lower optimiser.accumulation.");
    }
    if (network.hasLossOfItsOwn() && message.getTrain().getLoss() != Loss.LOSS_UNSPECIFIED) {
      fields.at("train").report("loss", "is for 4M models; leave it out.");
    }
    EvaluationConfig evaluation = evaluation(message, fields.at("evaluation"));
    problems.throwIfAny();
    return new RunConfig(
        fields.places(),
        name,
        message.getSeed(),
        model,
        modalities,
        masking,
        data.config(training, validation),
        optimiser,
        train,
        evaluation,
        directory(message));
  }

  /** Gives a modality both roles where neither the run nor its manifest says any. */
  private static StoredModality seenAndPredicted(StoredModality modality) {
    return modality.settings().roles().isEmpty()
        ? modality.withRoles(EnumSet.allOf(Role.class))
        : modality;
  }

  private static String name(Run message, FieldProblems fields) {
    String name = message.getName();
    if (name.isEmpty()) {
      fields.reportMissing("name", "is missing; give the run a short name.");
    } else if (!NAME.matcher(name).matches()) {
      fields.report(
          "name",
          "\"" + name + "\" cannot name a directory; use letters, digits, '.', '_' and '-'.");
    }
    return name;
  }

  private static TrainConfig train(Train message, long steps, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    return new TrainConfig(
        steps,
        numbers.count("log_every", 1, LOG_EVERY),
        numbers.count("checkpoint_every", 1, CHECKPOINT_EVERY),
        numbers.count("keep_checkpoints", 0, KEEP_CHECKPOINTS),
        numbers.count("max_skipped_steps", 0, MAX_SKIPPED_STEPS),
        switch (message.getPrecision()) {
          case PRECISION_UNSPECIFIED, PRECISION_AUTO, UNRECOGNIZED -> PrecisionChoice.AUTO;
          case PRECISION_FP32 -> PrecisionChoice.FP32;
          case PRECISION_BF16 -> PrecisionChoice.BF16;
        },
        switch (message.getDevice()) {
          case DEVICE_UNSPECIFIED, DEVICE_AUTO, UNRECOGNIZED -> DeviceChoice.AUTO;
          case DEVICE_CPU -> DeviceChoice.CPU;
          case DEVICE_GPU -> DeviceChoice.GPU;
        },
        switch (message.getLoss()) {
          case LOSS_UNSPECIFIED, LOSS_MOD, UNRECOGNIZED -> LossKind.PER_MODALITY;
          case LOSS_TOKEN -> LossKind.PER_TOKEN;
        },
        average(message, at));
  }

  private static Optional<AverageSettings> average(Train message, FieldProblems at) {
    if (!message.hasAverage()) {
      return Optional.empty();
    }
    FieldProblems below = at.at("average");
    NumberFields numbers = new NumberFields(message.getAverage(), below);
    if (!numbers.has("decay")) {
      below.reportMissing("decay", "is missing; 0.999 averages over the last thousand steps.");
    }
    return Optional.of(
        new AverageSettings(
            numbers.real("decay", NumberFields.BELOW_ONE, "at least 0 and less than 1", 0.999),
            numbers.count("warm_up", 0, AVERAGE_WARM_UP)));
  }

  private static EvaluationConfig evaluation(Run message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message.getEvaluation(), at);
    return new EvaluationConfig(
        numbers.count("every", 0, EVALUATION_EVERY),
        numbers.count("batches", 0, EVALUATION_BATCHES));
  }

  private static Path directory(Run message) {
    String written = message.getOutput().getDirectory();
    Path directory = written.isEmpty() ? Path.of("runs", message.getName()) : Path.of(written);
    return directory.toAbsolutePath().normalize();
  }
}
