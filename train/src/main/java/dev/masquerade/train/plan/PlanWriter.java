package dev.masquerade.train.plan;

import dev.masquerade.data.schema.MessageWriter;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.TemperatureSchedule;
import dev.masquerade.model.sample.TopK;
import dev.masquerade.model.sample.WeightedCondition;
import dev.masquerade.proto.generation.v1.Condition;
import dev.masquerade.proto.generation.v1.Cooling;
import dev.masquerade.proto.generation.v1.CoolingKind;
import dev.masquerade.proto.generation.v1.Plan;
import dev.masquerade.proto.generation.v1.Scheme;
import dev.masquerade.proto.generation.v1.Target;
import dev.masquerade.proto.generation.v1.TokenSchedule;
import java.io.IOException;
import java.nio.file.Path;

/** Writes plans with nothing left out, so that reading one gives the same plan. */
public final class PlanWriter {

  private PlanWriter() {}

  /** Returns a plan as text format. */
  public static String text(SamplingPlan plan) {
    return MessageWriter.text(message(plan));
  }

  /**
   * Writes a plan whole or not at all.
   *
   * @param file with the extension of text format, JSON or binary; its directory exists
   * @throws IOException if it could not be written; a file that was there before stays
   */
  public static void write(Path file, SamplingPlan plan) throws IOException {
    MessageWriter.write(file, message(plan));
  }

  private static Plan message(SamplingPlan plan) {
    Plan.Builder message = Plan.newBuilder().setSeed(plan.seed());
    plan.targets().forEach(target -> message.addTargets(message(target)));
    return message.build();
  }

  private static Target message(TargetPlan plan) {
    Target.Builder message =
        Target.newBuilder()
            .setModality(plan.target().value())
            .setTokens(plan.tokens())
            .setTemperature(plan.temperature())
            .setCooling(message(plan.cooling()))
            .setTopP(plan.filter().topP())
            .setGrowing(plan.growing());
    switch (plan.scheme()) {
      case MASKGIT -> message.setScheme(Scheme.SCHEME_MASKGIT).setSteps(plan.steps());
      case ROAR -> message.setScheme(Scheme.SCHEME_ROAR).setSteps(plan.steps());
      case AUTOREGRESSIVE -> message.setScheme(Scheme.SCHEME_AUTOREGRESSIVE);
    }
    message.setSchedule(
        switch (plan.schedule()) {
          case COSINE -> TokenSchedule.TOKEN_SCHEDULE_COSINE;
          case LINEAR -> TokenSchedule.TOKEN_SCHEDULE_LINEAR;
        });
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (plan.filter().topK() instanceof TopK.Count count) {
      message.setTopK(count.tokens());
    } else if (plan.filter().topK() instanceof TopK.Share share) {
      message.setTopKShare(share.share());
    }
    for (WeightedCondition condition : plan.guidance().conditions()) {
      Condition.Builder written = Condition.newBuilder().setWeight(condition.weight());
      condition.modalities().forEach(name -> written.addModalities(name.value()));
      message.addConditions(written);
    }
    return message.build();
  }

  private static Cooling message(TemperatureSchedule cooling) {
    if (cooling instanceof TemperatureSchedule.Linear) {
      return Cooling.newBuilder().setKind(CoolingKind.COOLING_KIND_LINEAR).build();
    }
    if (cooling instanceof TemperatureSchedule.Decreasing decreasing) {
      return Cooling.newBuilder()
          .setKind(CoolingKind.COOLING_KIND_DECREASING)
          .setMinimum(decreasing.minimum())
          .build();
    }
    if (cooling instanceof TemperatureSchedule.OneX onex) {
      return Cooling.newBuilder()
          .setKind(CoolingKind.COOLING_KIND_ONEX)
          .setMinimum(onex.minimum())
          .setPower(onex.power())
          .build();
    }
    return Cooling.newBuilder().setKind(CoolingKind.COOLING_KIND_CONSTANT).build();
  }
}
