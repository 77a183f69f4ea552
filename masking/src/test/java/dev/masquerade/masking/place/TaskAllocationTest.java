package dev.masquerade.masking.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.budget.DirichletShares;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class TaskAllocationTest {

  // One number in two million of a correct sampler lies farther from its mean.
  private static final double SIGMAS = 5;
  private static final int RECORDED_DRAWS = 20_000;
  private static final int DRAWS = 60_000;

  private final UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL);
  private final PlaceDraws draws = new RandomPlaceDraws(rng);

  @Test
  void budget_isKeptExactlyWhateverWasWanted() {
    List<PlaceChoice> choices =
        List.of(new PlaceChoice(16), new PlaceChoice(9), new PlaceChoice(4));
    TaskAllocation allocation = new TaskAllocation(11, List.of(16, 9, 4));
    for (int[] wanted : new int[][] {{11, 0, 0}, {0, 0, 11}, {4, 4, 4}, {3, 3, 3}, {0, 0, 0}}) {
      for (int i = 0; i < 200; i++) {
        allocation.choose(wanted, draws, choices);
        assertThat(choices.stream().mapToInt(PlaceChoice::seen).sum()).isEqualTo(11);
        assertThat(choices)
            .allMatch(choice -> choice.seen() + choice.predicted() == choice.places());
      }
    }
    allocation.choose(new int[] {11, 0, 0}, draws, choices);
    assertThat(choices.get(0).seen()).isEqualTo(11);
    allocation.choose(new int[] {0, 0, 11}, draws, choices);
    assertThat(choices.get(2).seen()).isEqualTo(4);
  }

  @Test
  void wantedPlaces_areRoundedHalfToEven() {
    assertThat(new TaskAllocation(10, List.of(16, 16, 16)).wanted(new double[] {0.25, 0.35, 0.4}))
        .containsExactly(2, 4, 4);
  }

  @Test
  void budgetsOutsideTheirRange_areRefused() {
    assertThatThrownBy(() -> new TaskAllocation(0, List.of(4, 4))).hasMessageContaining("[1, 8]");
    assertThatThrownBy(() -> new TaskAllocation(9, List.of(4, 4))).hasMessageContaining("was 9");
  }

  @Test
  void wantedPlaces_areSpreadLikeThoseOfTheReference() {
    for (JsonElement file : PlaceGoldens.read("multimae", "multimae")) {
      for (JsonElement element : file.getAsJsonObject().getAsJsonArray("dirichlet_statistics")) {
        compare(element.getAsJsonObject());
      }
    }
  }

  private void compare(JsonObject recorded) {
    double[] means = PlaceGoldens.doubles(recorded.get("mean_per_task"));
    double[] deviations = PlaceGoldens.doubles(recorded.get("std_per_task"));
    int tasks = means.length;
    int visible = recorded.get("tokens").getAsInt();
    TaskAllocation allocation = new TaskAllocation(visible, Collections.nCopies(tasks, visible));
    double[] concentrations = new double[tasks];
    Arrays.fill(concentrations, recorded.get("alpha").getAsDouble());
    DirichletShares shares = new DirichletShares(concentrations, rng);
    SummaryStatistics[] observed = new SummaryStatistics[tasks];
    SummaryStatistics[] squares = new SummaryStatistics[tasks];
    for (int t = 0; t < tasks; t++) {
      observed[t] = new SummaryStatistics();
      squares[t] = new SummaryStatistics();
    }
    int together = 0;
    double[] drawn = new double[tasks];
    for (int i = 0; i < DRAWS; i++) {
      shares.draw(drawn);
      int[] wanted = allocation.wanted(drawn);
      int sum = Arrays.stream(wanted).sum();
      assertThat((double) sum)
          .isBetween(recorded.get("sum_min").getAsDouble(), recorded.get("sum_max").getAsDouble());
      together += Arrays.stream(wanted).max().orElseThrow() == visible ? 1 : 0;
      for (int t = 0; t < tasks; t++) {
        observed[t].addValue(wanted[t]);
        double off = wanted[t] - visible / (double) tasks;
        squares[t].addValue(off * off);
      }
    }
    double both = 1.0 / DRAWS + 1.0 / RECORDED_DRAWS;
    for (int t = 0; t < tasks; t++) {
      assertThat(Math.abs(observed[t].getMean() - means[t]))
          .isLessThan(SIGMAS * observed[t].getStandardDeviation() * Math.sqrt(both));
      // Variances are means of squares, and compared as such.
      double error = SIGMAS * squares[t].getStandardDeviation() * Math.sqrt(both);
      assertThat(Math.abs(observed[t].getVariance() - deviations[t] * deviations[t]))
          .isLessThan(error + 0.05);
    }
    double share = together / (double) DRAWS;
    double expected = recorded.get("share_all_in_one_task").getAsDouble();
    double pooled = (share * DRAWS + expected * RECORDED_DRAWS) / (DRAWS + RECORDED_DRAWS);
    assertThat(Math.abs(share - expected))
        .isLessThanOrEqualTo(SIGMAS * Math.sqrt(pooled * (1 - pooled) * both) + 1e-12);
  }
}
