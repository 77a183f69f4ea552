package dev.masquerade.train;

import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.train.average.AverageSettings;
import dev.masquerade.train.average.ParameterAverage;
import java.util.Optional;

/** The averages of a run's parameters, or none, to be closed all the same. */
record Averages(Optional<ParameterAverage> average) implements AutoCloseable {

  static Averages of(Optional<AverageSettings> settings, Parameters parameters) {
    return new Averages(settings.map(chosen -> new ParameterAverage(parameters, chosen)));
  }

  @Override
  public void close() {
    average.ifPresent(ParameterAverage::close);
  }
}
