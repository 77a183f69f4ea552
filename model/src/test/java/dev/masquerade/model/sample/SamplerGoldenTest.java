package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded runs of the reference, replayed with its draws: in every step the same guided logits,
 * the same tokens with the same probabilities, the same places that stay; and the same results.
 *
 * <p>Some runs record defects that are not copied, and of them only what is well defined is
 * compared. In {@code roar_guided_unseeded} the passes look at different places from the first step
 * on: what is compared is that step's mixture, of our conditional logits at the places of the one
 * pass and our unconditional logits at those of the other. In {@code multi_guided_roar} passes
 * disagree from the second step on, so the steps before are compared. Test reports say so.
 *
 * <p>What cannot be replayed is reported as aborted, after what comes before was compared: texts
 * drawn at a temperature, a choice among equal probabilities, and steps that our schedules lack.
 */
class SamplerGoldenTest {

  static Stream<Arguments> runs() throws IOException {
    List<Arguments> runs = new ArrayList<>();
    for (Path file : GoldenGeneration.files()) {
      try (GoldenGeneration golden = new GoldenGeneration(file)) {
        golden
            .json
            .getAsJsonObject("runs")
            .keySet()
            .forEach(name -> runs.add(Arguments.of(file, name)));
      }
    }
    assertThat(runs).isNotEmpty();
    return runs.stream();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void run_isThatOfTheReference(Path file, String name, TestReporter reporter) throws IOException {
    RunReplay.replay(file, name, remark -> reporter.publishEntry(name, remark));
  }
}
