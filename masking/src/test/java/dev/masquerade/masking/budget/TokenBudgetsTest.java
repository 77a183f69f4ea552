package dev.masquerade.masking.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class TokenBudgetsTest {

  private static final int[] ALL = {0, 1, 2};

  private final UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL);
  private final double[] scratch = new double[3];
  private final int[] input = new int[3];
  private final int[] target = new int[3];

  @Test
  void anyDraw_staysWithinCapsAndTotal() {
    TokenBudgets budgets =
        budgets(
            new BudgetLimits(0, 20, false),
            new BudgetLimits(0, 16, true),
            new BudgetLimits(0, 4, true));
    ShareDraws draws = new DirichletShares(new double[] {0.3, 2, 1}, rng);
    for (int i = 0; i < 10_000; i++) {
      budgets.shareInput(24, ALL, draws, scratch, input);
      budgets.shareTarget(24, ALL, draws, scratch, input, target);

      assertThat(input[0]).isBetween(0, 20);
      assertThat(target[0]).isBetween(0, 20);
      assertThat(input[1] + target[1]).isBetween(0, 16);
      assertThat(input[2] + target[2]).isBetween(0, 4);
      assertThat(IntStream.of(input).sum()).isLessThanOrEqualTo(24);
      assertThat(IntStream.of(target).sum()).isLessThanOrEqualTo(24);
    }
  }

  @Test
  void capsThatDoNotBind_giveAwayEveryToken() {
    BudgetLimits free = new BudgetLimits(0, 1000, false);
    TokenBudgets budgets = budgets(free, free, free);
    ShareDraws draws = new DirichletShares(new double[] {0.5, 0.5, 0.5}, rng);
    for (int total = 0; total < 1000; total++) {
      assertThat(budgets.shareInput(total, ALL, draws, scratch, input)).isTrue();
      assertThat(IntStream.of(input).sum()).isEqualTo(total);
    }
  }

  @Test
  void minimaThatCanBeMet_areMet() {
    BudgetLimits some = new BudgetLimits(3, 16, true);
    TokenBudgets budgets = budgets(some, some, some);
    ShareDraws draws = new DirichletShares(new double[] {1, 1, 1}, rng);
    for (int i = 0; i < 1000; i++) {
      assertThat(budgets.shareInput(16, ALL, draws, scratch, input)).isTrue();
      assertThat(budgets.shareTarget(16, ALL, draws, scratch, input, target)).isTrue();
      assertThat(IntStream.of(input)).allMatch(tokens -> tokens >= 3);
      assertThat(IntStream.of(target)).allMatch(tokens -> tokens >= 3);
    }
  }

  @Test
  void minimaThatCannotBeMet_areReportedAndTheLastDrawStands() {
    BudgetLimits many = new BudgetLimits(9, 16, true);
    int[] drawn = {0};
    ShareDraws thirds =
        new ShareDraws() {
          @Override
          public void draw(double[] into) {
            drawn[0]++;
            Arrays.fill(into, 1.0 / 3);
          }

          @Override
          public int largest() {
            return 2;
          }
        };

    boolean met = budgets(many, many, many).shareInput(10, ALL, thirds, scratch, input);

    assertThat(met).isFalse();
    assertThat(drawn[0]).isEqualTo(TokenBudgets.ATTEMPTS);
    assertThat(input).containsExactly(3, 3, 4);
  }

  @Test
  void modalityThatTakesNoPart_receivesNothingAndNeedsNoMinimum() {
    BudgetLimits some = new BudgetLimits(2, 16, true);
    ShareDraws draws = new DirichletShares(new double[] {1, 1}, rng);
    input[1] = 99;

    boolean met = budgets(some, some, some).shareInput(12, new int[] {0, 2}, draws, scratch, input);

    assertThat(met).isTrue();
    assertThat(input[1]).isZero();
    assertThat(input[0] + input[2]).isEqualTo(12);
  }

  private static TokenBudgets budgets(BudgetLimits... limits) {
    return new TokenBudgets(List.of(limits), TokenBudgets.ATTEMPTS);
  }
}
