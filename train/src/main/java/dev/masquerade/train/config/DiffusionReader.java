package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.codec.diffusion.BetaSchedule;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.PredictionType;
import dev.masquerade.model.codec.diffusion.TimestepSpacing;
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
    DiffusionConfig noise = noise();
    ConditionDropout dropout = dropout();
    return new DiffusionChoice(
        shape(),
        noise,
        message.hasClip() ? Optional.of(message.getClip()) : Optional.empty(),
        dropout,
        decoding(noise.timesteps(), dropout),
        frozen);
  }

  private ConditionDropout dropout() {
    double share =
        numbers.real(
            "condition_dropout", value -> value >= 0 && value <= 1, "at least 0 and at most 1", 0);
    boolean some = numbers.flag("drop_some_codes", false);
    for (String field : List.of("least_codes_dropped", "most_codes_dropped")) {
      if (!some && numbers.has(field)) {
        at.report(field, "is of use with drop_some_codes: true only; leave it out, or set that.");
      }
    }
    if (some && share == 0) {
      at.report("drop_some_codes", "needs condition_dropout above 0; set it, for example to 0.2.");
    }
    int least = numbers.count("least_codes_dropped", 0, 0);
    int most = numbers.count("most_codes_dropped", 1, 0);
    if (most > 0 && most < least) {
      at.report("most_codes_dropped", most + " is less than least_codes_dropped, " + least + ".");
      most = 0;
    }
    return new ConditionDropout(share, some, least, most);
  }

  private DecodingSettings decoding(int timesteps, ConditionDropout dropout) {
    int usual = Math.min(DecodingSettings.USUAL_STEPS, timesteps);
    int steps = numbers.count("decoding_steps", 1, usual);
    if (steps > timesteps) {
      at.report("decoding_steps", steps + " are more than the " + timesteps + " timesteps.");
      steps = usual;
    }
    double guidance = numbers.real("decoding_guidance", NumberFields.NOT_NEGATIVE, "at least 0", 1);
    if (guidance != 1 && dropout.share() == 0) {
      at.report(
          "decoding_guidance", "needs condition_dropout above 0; set it, for example to 0.2.");
      guidance = 1;
    }
    return new DecodingSettings(steps, TimestepSpacing.TRAILING, guidance, 0);
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
