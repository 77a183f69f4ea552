package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.codec.diffusion.BetaSchedule;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.PredictionType;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import dev.masquerade.proto.run.v1.DiffusionDecoder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads what a run says of a tokenizer's decoder that generates; mistakes are reported. */
final class DiffusionReader {

  private static final List<Integer> NO_LEVEL = List.of(0);

  private final DiffusionDecoder message;
  private final FieldProblems at;
  private final NumberFields numbers;

  DiffusionReader(DiffusionDecoder message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
  }

  DiffusionChoice read(boolean startsFromWeights) {
    boolean frozen = numbers.flag("frozen_encoder", false);
    if (frozen && !startsFromWeights) {
      at.report(
          "frozen_encoder",
          "needs an encoder that was trained: give model.initial_weights, or leave it out.");
    }
    return new DiffusionChoice(
        shape(),
        noise(),
        message.hasClip() ? Optional.of(message.getClip()) : Optional.empty(),
        ConditionDropout.ofAll(
            numbers.real(
                "condition_dropout",
                share -> share >= 0 && share <= 1,
                "at least 0 and at most 1",
                0)),
        frozen);
  }

  private UnetConfig shape() {
    UnetConfig usual = UnetConfig.published(1, 1);
    Set<Integer> attending =
        message.getAttentionAtList().equals(NO_LEVEL)
            ? Set.of()
            : message.getAttentionAtList().stream().collect(Collectors.toUnmodifiableSet());
    try {
      return new UnetConfig(
          1,
          1,
          numbers.count("patch_size", 1, usual.patch()),
          numbers.count("dim", 1, usual.width()),
          numbers.count("residual_blocks", 1, usual.residualBlocks()),
          message.getAttentionAtCount() == 0 ? usual.attentionAt() : attending,
          message.getMultipliersCount() == 0 ? usual.multipliers() : message.getMultipliersList(),
          numbers.count("heads", 1, usual.heads()));
    } catch (IllegalArgumentException e) {
      at.report("", e.getMessage() + ".");
      return usual;
    }
  }

  private DiffusionConfig noise() {
    DiffusionConfig usual = DiffusionConfig.published();
    PredictionType prediction =
        named("prediction", message.getPrediction(), PredictionType::named, usual.prediction());
    BetaSchedule schedule =
        named("noise_schedule", message.getNoiseSchedule(), BetaSchedule::named, usual.schedule());
    try {
      return new DiffusionConfig(
          numbers.count("timesteps", 2, usual.timesteps()),
          prediction,
          schedule,
          numbers.flag("zero_terminal_snr", usual.zeroTerminalSnr()),
          usual.clips());
    } catch (IllegalArgumentException e) {
      at.report("prediction", e.getMessage() + ".");
      return usual;
    }
  }

  private <T> T named(String field, String written, Function<String, T> known, T usual) {
    if (written.isEmpty()) {
      return usual;
    }
    try {
      return known.apply(written);
    } catch (IllegalArgumentException e) {
      at.report(field, e.getMessage() + ".");
      return usual;
    }
  }
}
