package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Length;
import dev.masquerade.proto.run.v1.Train;
import java.util.List;

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

  /** Returns the steps of the whole run, at least 1. */
  long steps(Train message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    return switch (message.getLengthCase()) {
      case STEPS -> numbers.whole("steps", 1, 1);
      case TOKENS -> ofTokens(numbers.whole("tokens", 1, 1), "tokens", at);
      case EPOCHS -> ofEpochs(numbers, at);
      case LENGTH_NOT_SET -> {
        at.reportMissing("steps", "is missing; say how long to train in steps, tokens or epochs.");
        yield 1;
      }
    };
  }

  /** Returns the steps of a stretch, at least 0. */
  long steps(Length message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    return switch (message.getUnitCase()) {
      case STEPS -> numbers.whole("steps", 0, 0);
      case TOKENS -> ofTokens(numbers.whole("tokens", 0, 0), "tokens", at);
      case UNIT_NOT_SET -> {
        at.reportMissing("", "is empty; give steps or tokens, or leave it out.");
        yield 0;
      }
    };
  }

  private long ofTokens(long tokens, String field, FieldProblems at) {
    if (tokensPerSample == 0) {
      at.report(field, "transfer masking has no budgets to count tokens by; give steps.");
      return 1;
    }
    return roundUp(tokens / (tokensPerSample * data.batchSize()));
  }

  private long ofEpochs(NumberFields numbers, FieldProblems at) {
    double epochs = numbers.real("epochs", NumberFields.POSITIVE, "a number above 0", 1);
    if (sources.size() > 1) {
      at.report("epochs", "means nothing for several data sources; give steps or tokens.");
    }
    if (sources.size() != 1) {
      return 1;
    }
    double uses = (double) sources.get(0).split().sampleCount() * data.repeats();
    return roundUp(epochs * uses / data.batchSize());
  }

  private static long roundUp(double steps) {
    return Math.max(1, (long) Math.ceil(steps));
  }
}
