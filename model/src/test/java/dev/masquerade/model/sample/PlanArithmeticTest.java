package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.RowArithmetic;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.transformer.Arithmetic;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dtypes follow from a plan, which knows of no batch. */
class PlanArithmeticTest {

  private static final int FLOAT = Kernels.dtype(Precision.FP32);
  private static final int HALF = Kernels.dtype(Precision.BF16);

  private static TargetPlan plan(DecodingScheme scheme, int tokens, int steps, Guidance guidance) {
    return new TargetPlan(
        new ModalityName("tok_depth@224"),
        scheme,
        tokens,
        steps,
        TokenSchedule.LINEAR,
        1,
        new TemperatureSchedule.Constant(),
        TokenFilter.NONE,
        guidance,
        false);
  }

  private static Guidance guidance(double weight) {
    return new Guidance(
        List.of(new WeightedCondition(Set.of(new ModalityName("caption")), weight)));
  }

  private static int dtype(boolean half) {
    return half ? HALF : FLOAT;
  }

  @ParameterizedTest
  @CsvSource({
    "MASKGIT, 196, 8, 1, true, false, false",
    "MASKGIT, 784, 8, 1, true, true, true",
    "MASKGIT, 48, 8, 1, false, false, false",
    "MASKGIT, 48, 8, 3, true, false, false",
    "ROAR, 196, 4, 1, false, false, false",
    "ROAR, 196, 4, 3, true, false, false",
    "ROAR, 1024, 2, 1, true, true, true",
    "ROAR, 1024, 32, 1, false, false, false",
    "AUTOREGRESSIVE, 256, 1, 3, false, false, false",
  })
  void halfPrecision_isForManyPlacesOfOneRow(
      DecodingScheme scheme,
      int tokens,
      int steps,
      double weight,
      boolean decoder,
      boolean decoderAttention,
      boolean head) {
    // A weight of 1 leaves one pass, any other two.
    RowArithmetic chosen =
        PlanArithmetic.of(
            plan(scheme, tokens, steps, guidance(weight)), Precision.BF16, Device.cpu());

    assertThat(chosen.decoder()).isEqualTo(new Arithmetic(dtype(decoder), dtype(decoderAttention)));
    assertThat(chosen.encoder()).isEqualTo(new Arithmetic(HALF, dtype(tokens > 256)));
    assertThat(chosen.head()).isEqualTo(dtype(head));
  }

  @Test
  void singlePrecision_isKeptThroughout() {
    Arithmetic exact = new Arithmetic(FLOAT, FLOAT);
    assertThat(
            PlanArithmetic.of(
                plan(DecodingScheme.MASKGIT, 1024, 2, Guidance.NONE), Precision.FP32, Device.cpu()))
        .isEqualTo(new RowArithmetic(exact, exact, FLOAT));
  }

  @Test
  void accelerator_takesTheSameForAllPlaces() {
    Arithmetic half = new Arithmetic(HALF, HALF);
    assertThat(
            PlanArithmetic.of(
                plan(DecodingScheme.AUTOREGRESSIVE, 16, 1, Guidance.NONE),
                Precision.BF16,
                Device.gpu()))
        .isEqualTo(new RowArithmetic(half, half, HALF));
  }
}
