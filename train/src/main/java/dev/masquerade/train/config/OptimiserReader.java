package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Length;
import dev.masquerade.proto.run.v1.Optimiser;
import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.Schedule;
import dev.masquerade.train.optim.AdamWSettings;
import dev.masquerade.train.optim.DecayRule;
import dev.masquerade.train.optim.LearningRate;
import dev.masquerade.train.optim.WeightDecay;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a run says of its optimiser and of how its rates move. */
final class OptimiserReader {

  private static final double USUAL_WEIGHT_DECAY = 0.05;
  private static final String RATE =
      "is missing; for AdamW 1e-4 to 1e-3 is usual, smaller for larger models.";

  private final Run message;
  private final FieldProblems fields;
  private final LengthReader lengths;
  private final DataReader data;

  OptimiserReader(Run message, FieldProblems fields, LengthReader lengths, DataReader data) {
    this.message = message;
    this.fields = fields;
    this.lengths = lengths;
    this.data = data;
  }

  /**
   * Returns how parameters move; what is wrong with it is reported.
   *
   * @param steps of the run; empty where they are not known
   */
  OptimiserConfig read(OptionalLong steps) {
    Optimiser optimiser = message.getOptimiser();
    NumberFields numbers = new NumberFields(optimiser, fields.at("optimiser"));
    AdamWSettings usual = AdamWSettings.REFERENCE;
    String fraction = "at least 0 and less than 1";
    String notNegative = "a number of at least 0";
    double decay =
        numbers.real("weight_decay", NumberFields.NOT_NEGATIVE, notNegative, USUAL_WEIGHT_DECAY);
    return new OptimiserConfig(
        new AdamWSettings(
            numbers.real("beta1", NumberFields.BELOW_ONE, fraction, usual.beta1()),
            numbers.real("beta2", NumberFields.BELOW_ONE, fraction, usual.beta2()),
            numbers.real("epsilon", NumberFields.POSITIVE, "a number above 0", usual.epsilon()),
            numbers.real("clip_norm", NumberFields.NOT_NEGATIVE, notNegative, usual.clipNorm())),
        learningRate(message.getSchedule(), steps, fields.at("schedule")),
        new WeightDecay(
            decay,
            numbers.real("final_weight_decay", NumberFields.NOT_NEGATIVE, notNegative, decay),
            steps.orElse(1)),
        switch (optimiser.getDecay()) {
          case DECAY_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
          case DECAY_NORMS_AND_BIASES_FREE -> Optional.of(DecayRule.NORMS_AND_BIASES_FREE);
          case DECAY_VECTORS_FREE -> Optional.of(DecayRule.VECTORS_FREE);
          case DECAY_VECTORS_AND_TOKENS_FREE -> Optional.of(DecayRule.VECTORS_AND_TOKENS_FREE);
        },
        accumulation(numbers));
  }

  private int accumulation(NumberFields numbers) {
    int accumulation = numbers.count("accumulation", 1, 1);
    if (data.batchSize() % accumulation != 0) {
      fields
          .at("optimiser")
          .report(
              "accumulation",
              "the batch of "
                  + data.batchSize()
                  + " samples cannot be cut into "
                  + accumulation
                  + " equal parts; take a divisor, or change data.batch_size.");
    }
    return accumulation;
  }

  private LearningRate learningRate(Schedule schedule, OptionalLong steps, FieldProblems at) {
    NumberFields numbers = new NumberFields(schedule, at);
    double peak = peak(schedule, numbers, at);
    double end =
        numbers.real("min_learning_rate", NumberFields.NOT_NEGATIVE, "a number of at least 0", 0);
    if (end > peak) {
      at.report("min_learning_rate", end + " is more than the peak of " + peak + ".");
      end = peak;
    }
    LearningRate.Shape shape =
        switch (schedule.getCurve()) {
          case CURVE_UNSPECIFIED, CURVE_COSINE, UNRECOGNIZED -> LearningRate.Shape.COSINE;
          case CURVE_INVERSE_SQRT -> LearningRate.Shape.INVERSE_SQUARE_ROOT;
          case CURVE_CONSTANT -> LearningRate.Shape.CONSTANT;
          case CURVE_COSINE_TO_END -> LearningRate.Shape.COSINE_TO_END;
        };
    long warmUp = schedule.hasWarmUp() ? lengths.steps(schedule.getWarmUp(), at.at("warm_up")) : 0;
    long coolDown =
        schedule.hasCoolDown() ? lengths.steps(schedule.getCoolDown(), at.at("cool_down")) : 0;
    long total = steps.orElse(1);
    if (schedule.hasTotal()) {
      total = Math.max(1, lengths.steps(schedule.getTotal(), at.at("total")));
    }
    if (coolDown > 0
        && (shape == LearningRate.Shape.COSINE || shape == LearningRate.Shape.COSINE_TO_END)) {
      at.report(
          "cool_down",
          "a cosine falls to min_learning_rate by itself; leave it out, or choose"
              + " CURVE_INVERSE_SQRT or CURVE_CONSTANT.");
    }
    if (steps.isPresent() && !at.isBlamed()) {
      checkPhases(schedule, warmUp, coolDown, total, at);
    }
    return new LearningRate(
        shape,
        peak,
        end,
        warmUp,
        coolDown,
        total,
        numbers.whole("timescale_steps", 1, (long) LearningRate.REFERENCE_TIMESCALE));
  }

  /** A run cut short by an override keeps its warm-up and loses what comes after: that is meant. */
  private void checkPhases(
      Schedule schedule, long warmUp, long coolDown, long total, FieldProblems at) {
    boolean trial =
        !schedule.hasTotal()
            && (fields.isOverridden("train.steps")
                || fields.isOverridden("train.tokens")
                || fields.isOverridden("train.epochs"));
    if (!trial && warmUp + coolDown > total) {
      at.report(
          warmUp > 0 ? written("warm_up", schedule.getWarmUp()) : "cool_down",
          (coolDown == 0
                  ? "the warm-up of " + warmUp + " steps is"
                  : "warm-up and cool-down of " + warmUp + " and " + coolDown + " steps are")
              + " longer than the "
              + total
              + " steps of the schedule; shorten "
              + (coolDown == 0 ? "it" : "them")
              + " or train longer.");
    }
  }

  private static String written(String field, Length length) {
    return field + (length.hasSteps() ? ".steps" : ".tokens");
  }

  private double peak(Schedule schedule, NumberFields numbers, FieldProblems at) {
    String range = "a number above 0";
    return switch (schedule.getRateCase()) {
      case PEAK_LEARNING_RATE ->
          numbers.real("peak_learning_rate", NumberFields.POSITIVE, range, 1);
      case BASE_LEARNING_RATE ->
          numbers.real("base_learning_rate", NumberFields.POSITIVE, range, 1)
              * data.batchSize()
              / 256;
      case RATE_NOT_SET -> {
        at.reportMissing("peak_learning_rate", RATE);
        yield 1;
      }
    };
  }
}
