package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Length;
import dev.masquerade.proto.run.v1.Train;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Turns lengths of training, however they were written, into steps. */
final class LengthReader {

  private final double tokensPerSample;
  private final DataReader data;
  private final List<DataSource> sources;

  /**
   * Creates a reader.
   *
   * @param tokensPerSample nominal; 0 where masking has no budgets
   * @param sources that could be read
   */
  LengthReader(double tokensPerSample, DataReader data, List<DataSource> sources) {
    this.tokensPerSample = tokensPerSample;
    this.data = data;
    this.sources = List.copyOf(sources);
  }

  /**
   * Returns the steps of the whole run, at least 1; empty where it was reported that none can be.
   */
  OptionalLong steps(Train message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    OptionalDouble steps =
        switch (message.getLengthCase()) {
          case STEPS -> positive(numbers.whole("steps", 1, 0));
          case TOKENS -> ofTokens(numbers.whole("tokens", 1, 0), at);
          case EPOCHS ->
              ofEpochs(numbers.real("epochs", NumberFields.POSITIVE, "a number above 0", 0), at);
          case LENGTH_NOT_SET -> {
            at.reportMissing(
                "steps", "is missing; say how long to train in steps, tokens or epochs.");
            yield OptionalDouble.empty();
          }
        };
    return steps.isPresent()
        ? OptionalLong.of(Math.max(1, (long) Math.ceil(steps.getAsDouble())))
        : OptionalLong.empty();
  }

  /** Returns the steps of a stretch, at least 0. */
  long steps(Length message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    return switch (message.getUnitCase()) {
      case STEPS -> numbers.whole("steps", 0, 0);
      case TOKENS -> (long) Math.ceil(ofTokens(numbers.whole("tokens", 0, 0), at).orElse(0));
      case UNIT_NOT_SET -> {
        at.reportMissing("", "is empty; give steps or tokens, or leave it out.");
        yield 0;
      }
    };
  }

  private OptionalDouble ofTokens(long tokens, FieldProblems at) {
    if (tokensPerSample == 0) {
      at.report("tokens", "this way of masking has no budgets to count tokens by; give steps.");
      return OptionalDouble.empty();
    }
    return positive(tokens / (tokensPerSample * data.batchSize()));
  }

  private OptionalDouble ofEpochs(double epochs, FieldProblems at) {
    if (sources.size() > 1) {
      at.report("epochs", "means nothing for several data sources; give steps or tokens.");
    }
    if (sources.size() != 1) {
      return OptionalDouble.empty();
    }
    double uses = (double) sources.get(0).split().sampleCount() * data.repeats();
    return positive(epochs * uses / data.batchSize());
  }

  private static OptionalDouble positive(double steps) {
    return steps > 0 ? OptionalDouble.of(steps) : OptionalDouble.empty();
  }
}
