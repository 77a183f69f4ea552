package dev.masquerade.train.config;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.masking.KeepScheme;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Role;
import dev.masquerade.proto.run.v1.Curve;
import dev.masquerade.proto.run.v1.Data;
import dev.masquerade.proto.run.v1.Decay;
import dev.masquerade.proto.run.v1.Device;
import dev.masquerade.proto.run.v1.Evaluation;
import dev.masquerade.proto.run.v1.Keep;
import dev.masquerade.proto.run.v1.Length;
import dev.masquerade.proto.run.v1.Loss;
import dev.masquerade.proto.run.v1.Masking;
import dev.masquerade.proto.run.v1.MaskingComponent;
import dev.masquerade.proto.run.v1.ModalityMasking;
import dev.masquerade.proto.run.v1.Optimiser;
import dev.masquerade.proto.run.v1.Output;
import dev.masquerade.proto.run.v1.Precision;
import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.RunModality;
import dev.masquerade.proto.run.v1.Schedule;
import dev.masquerade.proto.run.v1.TokenLimit;
import dev.masquerade.proto.run.v1.TokenRange;
import dev.masquerade.proto.run.v1.Train;
import dev.masquerade.train.optim.LearningRate;
import java.util.TreeSet;

/** Turns a run's records back into the message that a file holds. */
final class RunMessages {

  private RunMessages() {}

  /** Returns a message in which every field that has a meaning is set. */
  static Run of(RunConfig config) {
    Run.Builder message =
        Run.newBuilder()
            .setName(config.name())
            .setSeed(config.seed())
            .setModel(ModelMessages.of(config.model()))
            .setMasking(masking(config.masking()))
            .setData(data(config.data()))
            .setOptimiser(optimiser(config.optimiser()))
            .setSchedule(schedule(config.optimiser().learningRate(), config.train().steps()))
            .setTrain(train(config))
            .setEvaluation(
                Evaluation.newBuilder()
                    .setEvery(config.evaluation().every())
                    .setBatches(config.evaluation().batches()))
            .setOutput(Output.newBuilder().setDirectory(config.directory().toString()));
    config.modalities().forEach(modality -> message.addModalities(modality(modality)));
    return message.build();
  }

  private static RunModality modality(StoredModality modality) {
    ModalitySettings settings = modality.settings();
    RunModality.Builder message =
        RunModality.newBuilder()
            .setName(settings.name().value())
            .setType(modality.type())
            .setMember(modality.member())
            .setSize(settings.size())
            .setPatchSize(settings.patchSize())
            .setVocabularySize(settings.vocabularySize())
            .setMaxTokens(settings.maxTokens())
            .setWidth(settings.width())
            .putAllOptions(settings.options());
    settings.tokenizer().ifPresent(path -> message.setTokenizer(path.toAbsolutePath().toString()));
    for (Role role : new TreeSet<>(settings.roles())) {
      message.addRoles(
          switch (role) {
            case INPUT -> dev.masquerade.proto.run.v1.Role.ROLE_INPUT;
            case TARGET -> dev.masquerade.proto.run.v1.Role.ROLE_TARGET;
          });
    }
    return message.build();
  }

  private static Masking masking(MaskingConfig config) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (config instanceof MixtureConfig mixture) {
      return mixture(mixture);
    }
    if (config instanceof PlacesConfig places) {
      return PlaceMessages.of(places);
    }
    if (config instanceof TasksConfig tasks) {
      return PlaceMessages.of(tasks);
    }
    TransferMasking transfer = ((TransferConfig) config).masking();
    Masking.Builder message = Masking.newBuilder();
    for (ModalityName name : transfer.inputs()) {
      message.getTransferBuilder().addInputs(name.value());
    }
    for (ModalityName name : transfer.targets()) {
      message.getTransferBuilder().addTargets(name.value());
    }
    return message.build();
  }

  private static Masking mixture(MixtureConfig mixture) {
    Masking.Builder message =
        Masking.newBuilder()
            .setEncoderTokens(range(mixture.encoderTokens()))
            .setDecoderTokens(range(mixture.decoderTokens()));
    for (ComponentConfig component : mixture.components()) {
      message.addMixture(component(component));
    }
    mixture
        .limits()
        .forEach(
            (name, limit) -> {
              TokenLimit.Builder part =
                  message.addLimitsBuilder().setName(name.value()).setMin(limit.min());
              limit.max().ifPresent(part::setMax);
            });
    return message.build();
  }

  private static MaskingComponent component(ComponentConfig component) {
    MaskingComponent.Builder message =
        MaskingComponent.newBuilder()
            .setName(component.name())
            .setWeight(component.weight())
            .setKeep(keep(component.keep()))
            .setInputAlpha(component.inputConcentration())
            .setTargetAlpha(component.targetConcentration());
    component
        .shares()
        .forEach(
            (name, share) -> {
              ModalityMasking.Builder part = message.addModalitiesBuilder().setName(name.value());
              share.inputConcentration().ifPresent(part::setInputAlpha);
              share.targetConcentration().ifPresent(part::setTargetAlpha);
              share.keep().ifPresent(keep -> part.setKeep(keep(keep)));
            });
    return message.build();
  }

  private static Keep keep(KeepScheme scheme) {
    return switch (scheme) {
      case RANDOM -> Keep.KEEP_RANDOM;
      case ALL -> Keep.KEEP_ALL;
      case BINARY -> Keep.KEEP_BINARY;
    };
  }

  private static TokenRange range(dev.masquerade.masking.TokenRange range) {
    return TokenRange.newBuilder().setMin(range.min()).setMax(range.max()).build();
  }

  private static Data data(DataConfig config) {
    Data.Builder message =
        Data.newBuilder()
            .setBatchSize(config.batchSize())
            .setWorkers(config.workers())
            .setPrefetchBatches(config.prefetchBatches())
            .setShuffleWindow(config.shuffleWindow())
            .setRepeats(config.repeats())
            .setMaxBadSamples(config.maxBadSamples())
            .setMaxPixels(config.maxPixels())
            .setVerifySha256(config.verifySha256())
            .setAugmentation(AugmentationMessages.of(config.augmentation(), config.appearance()))
            .setViews(config.views())
            .addAllResolutions(config.resolutions());
    for (DataSource source : config.sources()) {
      message
          .addSourcesBuilder()
          .setManifest(source.file().toString())
          .setSplit(source.split().name())
          .setWeight(source.weight());
    }
    config
        .validation()
        .ifPresent(
            source ->
                message
                    .getValidationBuilder()
                    .setManifest(source.file().toString())
                    .setSplit(source.split().name()));
    return message.build();
  }

  private static Optimiser optimiser(OptimiserConfig config) {
    Optimiser.Builder message =
        Optimiser.newBuilder()
            .setBeta1(config.adamW().beta1())
            .setBeta2(config.adamW().beta2())
            .setEpsilon(config.adamW().epsilon())
            .setClipNorm(config.adamW().clipNorm())
            .setWeightDecay(config.weightDecay().start())
            .setFinalWeightDecay(config.weightDecay().end())
            .setAccumulation(config.accumulation());
    config
        .decayRule()
        .ifPresent(
            rule ->
                message.setDecay(
                    switch (rule) {
                      case NORMS_AND_BIASES_FREE -> Decay.DECAY_NORMS_AND_BIASES_FREE;
                      case VECTORS_FREE -> Decay.DECAY_VECTORS_FREE;
                      case VECTORS_AND_TOKENS_FREE -> Decay.DECAY_VECTORS_AND_TOKENS_FREE;
                    }));
    return message.build();
  }

  private static Schedule schedule(LearningRate rate, long runSteps) {
    Schedule.Builder message =
        Schedule.newBuilder()
            .setCurve(
                switch (rate.shape()) {
                  case COSINE -> Curve.CURVE_COSINE;
                  case COSINE_TO_END -> Curve.CURVE_COSINE_TO_END;
                  case INVERSE_SQUARE_ROOT -> Curve.CURVE_INVERSE_SQRT;
                  case CONSTANT -> Curve.CURVE_CONSTANT;
                })
            .setPeakLearningRate(rate.peak())
            .setMinLearningRate(rate.end())
            .setTimescaleSteps((long) rate.timescale());
    // Left out where it ends with the run, so that changing the run's length changes both.
    if (rate.totalSteps() != runSteps) {
      message.setTotal(steps(rate.totalSteps()));
    }
    if (rate.warmUpSteps() > 0) {
      message.setWarmUp(steps(rate.warmUpSteps()));
    }
    if (rate.coolDownSteps() > 0) {
      message.setCoolDown(steps(rate.coolDownSteps()));
    }
    return message.build();
  }

  private static Length steps(long steps) {
    return Length.newBuilder().setSteps(steps).build();
  }

  private static Train train(RunConfig run) {
    TrainConfig config = run.train();
    Train.Builder message =
        Train.newBuilder()
            .setSteps(config.steps())
            .setLogEvery(config.logEvery())
            .setCheckpointEvery(config.checkpointEvery())
            .setKeepCheckpoints(config.keepCheckpoints())
            .setMaxSkippedSteps(config.maxSkippedSteps())
            .setPrecision(
                switch (config.precision()) {
                  case AUTO -> Precision.PRECISION_AUTO;
                  case FP32 -> Precision.PRECISION_FP32;
                  case BF16 -> Precision.PRECISION_BF16;
                })
            .setDevice(
                switch (config.device()) {
                  case AUTO -> Device.DEVICE_AUTO;
                  case CPU -> Device.DEVICE_CPU;
                  case GPU -> Device.DEVICE_GPU;
                });
    // Other networks have a loss of their own, and refuse to be told one.
    if (run.model() instanceof FourMChoice) {
      message.setLoss(
          switch (config.loss()) {
            case PER_MODALITY -> Loss.LOSS_MOD;
            case PER_TOKEN -> Loss.LOSS_TOKEN;
          });
    }
    config
        .average()
        .ifPresent(
            average ->
                message
                    .getAverageBuilder()
                    .setDecay(average.decay())
                    .setWarmUp((int) average.warmUp()));
    return message.build();
  }
}
