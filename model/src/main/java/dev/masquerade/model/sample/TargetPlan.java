package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.Arrays;

/**
 * How one modality is generated.
 *
 * @param target what is generated
 * @param scheme in which order its tokens are settled
 * @param tokens how many: the places of a grid, the longest length of a sequence
 * @param steps how many steps a grid is asked to take; at least 1, and 1 for a sequence, which
 *     takes one per token
 * @param schedule how the tokens of a grid are shared out over its steps
 * @param temperature logits are divided by it before a token is drawn; 0 takes the likeliest
 * @param cooling how the temperature falls
 * @param filter which tokens may be drawn
 * @param guidance how conditions are weighed
 * @param growing whether conditions of the guidance also see what was generated before this target.
 *     Without guidance everything known is seen anyway
 */
public record TargetPlan(
    ModalityName target,
    DecodingScheme scheme,
    int tokens,
    int steps,
    TokenSchedule schedule,
    double temperature,
    TemperatureSchedule cooling,
    TokenFilter filter,
    Guidance guidance,
    boolean growing) {

  public TargetPlan {
    if (tokens < 1) {
      throw new IllegalArgumentException(target + ": tokens must be at least 1, was " + tokens);
    }
    if (steps < 1) {
      throw new IllegalArgumentException(target + ": steps must be at least 1, was " + steps);
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          target + ": temperature must be at least 0, was " + temperature);
    }
  }

  /** Returns how many tokens every step settles: one each, for a sequence. */
  public int[] tokensPerStep() {
    return switch (scheme) {
      case MASKGIT, ROAR -> schedule.tokens(steps, tokens);
      case AUTOREGRESSIVE -> {
        int[] ones = new int[tokens];
        Arrays.fill(ones, 1);
        yield ones;
      }
    };
  }

  /** Returns the temperature of every step of {@link #tokensPerStep}. */
  public double[] temperatures() {
    return cooling.temperatures(temperature, tokensPerStep());
  }

  /** Returns the same plan with other guidance. */
  public TargetPlan with(Guidance other) {
    return new TargetPlan(
        target, scheme, tokens, steps, schedule, temperature, cooling, filter, other, growing);
  }
}
