package dev.masquerade.train.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParameterAverageTest {

  private static final AverageSettings SLOW = new AverageSettings(0.75, 0);

  private Parameters parameters;

  @BeforeEach
  void start() {
    parameters =
        Parameters.create(
            TwoTensors.layout(), Device.cpu(), spec -> FloatBuffer.wrap(new float[] {1, 2}));
  }

  @AfterEach
  void stop() {
    parameters.close();
  }

  private void move(ParameterAverage average, long step, float... values) {
    parameters.write("weight", FloatBuffer.wrap(values));
    try (StepScope scope = StepScope.open(parameters.manager())) {
      average.follow(scope, step);
    }
  }

  @Test
  void averages_startAsCopies_andFollowByTheirDecay() {
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      assertThat(average.read("weight")).containsExactly(1, 2);

      move(average, 0, 5, -2);
      assertThat(average.read("weight")).containsExactly(2, 1);

      move(average, 1, 6, 1);
      assertThat(average.read("weight")).containsExactly(3, 1);
      assertThat(parameters.read("weight")).containsExactly(6, 1);
    }
  }

  @Test
  void frozenTensors_areTheModelsOwn() {
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      parameters.write("table", FloatBuffer.wrap(new float[] {8, 9}));

      move(average, 0, 0, 0);

      assertThat(average.read("table")).containsExactly(8, 9);
    }
  }

  @Test
  void warmUp_followsFasterAtFirst() {
    AverageSettings settings = new AverageSettings(0.9, 10);

    assertThat(settings.at(0)).isEqualTo(0.1);
    assertThat(settings.at(10)).isCloseTo(11 / 20.0, within(1e-15));
    assertThat(settings.at(1000)).isEqualTo(0.9);
    assertThat(new AverageSettings(0.9, 0).at(0)).isEqualTo(0.9);
  }

  @Test
  void inPlace_exchangesUntilItIsClosed() {
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      move(average, 0, 5, -2);
      try (ParameterAverage.Exchange exchange = average.inPlace()) {
        assertThat(exchange).isNotNull();
        assertThat(parameters.read("weight")).containsExactly(2, 1);
        assertThatThrownBy(average::inPlace).hasMessageContaining("already");
        assertThatThrownBy(() -> move(average, 1, 0, 0)).hasMessageContaining("stand in the place");
        parameters.write("weight", FloatBuffer.wrap(new float[] {2, 1}));
      }
      assertThat(parameters.read("weight")).containsExactly(5, -2);
      assertThat(average.read("weight")).containsExactly(2, 1);
    }
  }

  @Test
  void restoredAverages_goOnExactly() {
    float[] saved;
    float[] expected;
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      move(average, 0, 0.1f, 0.7f);
      saved = average.read("weight");
      move(average, 1, 0.3f, -0.9f);
      expected = average.read("weight");
    }
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      average.restore(List.of("weight", "table"), name -> FloatBuffer.wrap(saved));
      move(average, 1, 0.3f, -0.9f);

      assertThat(average.read("weight")).isEqualTo(expected);
    }
  }

  @Test
  void averagesOfAnotherModel_areRejected() {
    try (ParameterAverage average = new ParameterAverage(parameters, SLOW)) {
      assertThatThrownBy(() -> average.restore(List.of("cls"), name -> FloatBuffer.allocate(2)))
          .hasMessage("the saved averages lack weight");
      assertThatThrownBy(() -> average.restore(List.of("weight"), name -> FloatBuffer.allocate(3)))
          .hasMessage("the saved averages hold weight with 3 values, the model needs 2");
    }
    assertThatThrownBy(() -> new AverageSettings(1, 0)).hasMessageContaining("less than 1");
  }
}
