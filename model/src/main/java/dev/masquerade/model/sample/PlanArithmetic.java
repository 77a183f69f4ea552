package dev.masquerade.model.sample;

import ai.djl.Device;
import dev.masquerade.model.RowArithmetic;
import dev.masquerade.model.engine.Precision;
import java.util.Arrays;

/** The dtypes a target is generated in, which its plan decides and no batch. */
final class PlanArithmetic {

  private PlanArithmetic() {}

  /**
   * Chooses for a target.
   *
   * @param plan with conditions grown
   * @param precision of large products
   */
  static RowArithmetic of(TargetPlan plan, Precision precision, Device device) {
    // MaskGIT predicts all that is open; the others only what they settle.
    int places =
        switch (plan.scheme()) {
          case MASKGIT -> plan.tokens();
          case ROAR, AUTOREGRESSIVE -> Arrays.stream(plan.tokensPerStep()).max().orElse(1);
        };
    return RowArithmetic.of(precision, device, plan.tokens(), places, Pass.of(plan).size());
  }
}
