package dev.masquerade.train.average;

import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model of one trained tensor and one frozen one, each of two values. */
final class TwoTensors {

  private TwoTensors() {}

  static ParameterLayout layout() {
    Map<String, ParameterSpec> specs = new LinkedHashMap<>();
    InitRule zeros = new InitRule.Constant(0);
    specs.put("weight", new ParameterSpec("weight", List.of(2L), zeros, true, Optional.empty()));
    specs.put("table", new ParameterSpec("table", List.of(2L), zeros, false, Optional.empty()));
    return ParameterLayout.of(specs);
  }
}
