package dev.masquerade.model.sample;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Draws what the reference drew in a recorded run, and compares what the sampler makes of it.
 *
 * <p>Where a run cannot be followed any further, the test is aborted by an assumption that says
 * why, after everything before was compared.
 */
final class Replay implements Draws {

  static final double TOLERANCE = 5e-5;

  private static final String TAKEN_BACK =
      ", where our schedule takes back what the reference's rounding gave away too much";

  /** The reference's passes look at different places in this step, which is not copied. */
  static final class PlacesMixed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int step;

    PlacesMixed(int step) {
      super("the reference's passes look at different places from step " + step + " on");
      this.step = step;
    }

    int step() {
      return step;
    }
  }

  private final GoldenRun run;
  private final List<RecordedSteps> recorded;
  private SamplingPlan plan;
  private int plans;
  private int texts;
  private int last = -1;

  Replay(GoldenRun run) {
    this.run = run;
    this.recorded = run.recorded();
    this.plan = run.plans().get(0);
  }

  /** Goes on with a plan of the run. */
  void start(SamplingPlan next, int number) {
    plan = next;
    plans = number;
  }

  /** Returns how many texts were generated. */
  int texts() {
    return texts;
  }

  /** Returns the number of the last recorded step that was compared; -1 before the first. */
  int lastStep() {
    return last;
  }

  private TargetPlan target(int number) {
    return plan.targets().get(number);
  }

  private RecordedSteps steps(int target) {
    return recorded.get(plans + target);
  }

  /** Returns the number of the recorded step that one of ours is, if it can be followed. */
  private int step(int target, int rowStep) {
    RecordedSteps steps = steps(target);
    assumeNothingTakenBack(plans + target);
    assumeTrue(
        rowStep < steps.untouched(),
        () -> run + ": step " + rowStep + " of " + steps.target() + TAKEN_BACK);
    assumeTrue(
        steps.isTemperatureOurs(rowStep, target(target).cooling()),
        () ->
            run
                + ": temperature of step "
                + rowStep
                + " of "
                + steps.target()
                + ", where the reference counts steps without tokens too");
    int step = steps.recorded(rowStep);
    if (run.mixesPlaces(step)) {
      throw new PlacesMixed(step);
    }
    return step;
  }

  /** Aborts if the reference settled more than it should before a target. */
  void assumeNothingTakenBack(int targets) {
    for (RecordedSteps steps : recorded.subList(0, targets)) {
      assumeTrue(
          steps.untouched() == steps.taken().size(),
          () -> run + ": what comes after " + steps.target() + TAKEN_BACK);
    }
  }

  @Override
  public double[] uniforms(int row, int target, int rowStep, int[] candidates) {
    double[] uniforms = new double[candidates.length];
    if (target(target).scheme() == DecodingScheme.AUTOREGRESSIVE) {
      assumeTrue(
          target(target).temperature() == 0,
          () ->
              run
                  + ": temperature of "
                  + target(target).target()
                  + ". The logits that tokens of texts were drawn from are not recorded, so draws"
                  + " cannot be replayed");
      return uniforms;
    }
    int step = step(target, rowStep);
    if (target(target).temperature() == 0) {
      return uniforms;
    }
    double temperature = target(target).temperatures()[rowStep];
    int[] places = run.places(step, 0, row);
    int[] samples = run.samples(step, row);
    for (int i = 0; i < places.length; i++) {
      double[] probabilities =
          FilteredProbabilities.of(run.logits(step, row, i), temperature, run.filter());
      double before = 0;
      for (int id = 0; id < samples[i]; id++) {
        before += probabilities[id];
      }
      uniforms[rank(places, i)] = before + probabilities[samples[i]] / 2;
    }
    return uniforms;
  }

  @Override
  public int[] places(int row, int target, int rowStep, int[] open, int count) {
    int[] places = run.places(step(target, rowStep), 0, row);
    Arrays.sort(places);
    return places;
  }

  void compare(SamplingStep done) {
    if (target(done.target()).scheme() == DecodingScheme.AUTOREGRESSIVE) {
      compareToken(done);
      return;
    }
    int step = step(done.target(), done.step());
    compareTemperature(done);
    float[] logits = done.logits().get();
    int at = 0;
    for (SamplingStep.Row row : done.rows()) {
      int[] places = run.places(step, 0, row.row());
      int[] samples = run.samples(step, row.row());
      double[] probabilities = run.probabilities(step, row.row());
      int vocabulary = logits.length / done.rows().stream().mapToInt(Replay::candidates).sum();
      assertThat(row.candidates()).hasSameSizeAs(places);
      for (int i = 0; i < places.length; i++) {
        int ours = rank(places, i);
        int from = (at + ours) * vocabulary;
        assertThat(row.candidates()[ours]).isEqualTo(places[i]);
        assertClose(
            "logits of step " + step + ", place " + places[i],
            Arrays.copyOfRange(logits, from, from + vocabulary),
            run.logits(step, row.row(), i),
            TOLERANCE);
        assertThat(row.ids()[ours]).as("token at " + places[i]).isEqualTo(samples[i]);
        assertThat(row.probabilities()[ours]).isCloseTo(probabilities[i], within(TOLERANCE));
      }
      at += places.length;
    }
    last = step;
    for (SamplingStep.Row row : done.rows()) {
      compareSettled(done, row, step);
    }
  }

  private static int candidates(SamplingStep.Row row) {
    return row.candidates().length;
  }

  private void compareTemperature(SamplingStep done) {
    RecordedSteps steps = steps(done.target());
    JsonObject expanded = steps.steps().get(steps.taken().get(done.step()));
    if (expanded.has("temperature")) {
      assertThat(target(done.target()).temperatures()[done.step()])
          .as("temperature of step " + done.step())
          .isCloseTo(expanded.get("temperature").getAsDouble(), within(TOLERANCE));
    }
  }

  /**
   * What the reference settled is what it did not look at any more in the target's next step, and
   * after the last what the result shows. Where tokens were equally probable it chose any.
   */
  private void compareSettled(SamplingStep done, SamplingStep.Row row, int step) {
    int[] places = run.places(step, 0, row.row());
    int[] settled = places.clone();
    if (target(done.target()).scheme() == DecodingScheme.MASKGIT) {
      Optional<int[]> open = openAfter(done, row.row(), step);
      if (open.isEmpty()) {
        return;
      }
      settled =
          Arrays.stream(places)
              .filter(place -> IntStream.of(open.get()).noneMatch(other -> other == place))
              .toArray();
    }
    Arrays.sort(settled);
    boolean equal = Arrays.equals(settled, row.settled());
    int[] theirs = settled;
    assumeTrue(
        equal || !sameProbabilities(row, theirs, row.settled()),
        () ->
            run
                + ": places settled in step "
                + step
                + ", which are equally probable, so that the choice among them is arbitrary");
    assertThat(row.settled()).as("settled in step " + step).isEqualTo(settled);
  }

  /** Returns the places that a step left open; empty where the next one looks at some of them. */
  private Optional<int[]> openAfter(SamplingStep done, int row, int step) {
    int group = plans + done.target();
    RecordedSteps steps = recorded.get(group);
    boolean goesOn = step + 1 < steps.first() + steps.steps().size();
    if (goesOn && run.has("step" + (step + 1) + ".positions_pass0")) {
      return Optional.of(run.places(step + 1, 0, row));
    }
    for (RecordedSteps later : recorded.subList(group + 1, recorded.size())) {
      if (later.target().equals(steps.target())) {
        return later.lookAtAll()
            ? Optional.of(run.places(later.first(), 0, row))
            : Optional.empty();
      }
    }
    int[] hidden =
        run.row(run.golden.ids(run.tensor("out." + done.modality() + ".input_mask")), row);
    return Optional.of(
        IntStream.range(0, hidden.length).filter(place -> hidden[place] != 0).toArray());
  }

  private static boolean sameProbabilities(SamplingStep.Row row, int[] some, int[] others) {
    double[] one = probabilities(row, some);
    double[] other = probabilities(row, others);
    return one.length == other.length
        && IntStream.range(0, one.length).allMatch(i -> Math.abs(one[i] - other[i]) < TOLERANCE);
  }

  private static double[] probabilities(SamplingStep.Row row, int[] places) {
    return Arrays.stream(places)
        .mapToDouble(place -> row.probabilities()[Arrays.binarySearch(row.candidates(), place)])
        .sorted()
        .toArray();
  }

  private void compareToken(SamplingStep done) {
    if (done.step() == 0) {
      texts++;
    }
    int[] all = run.golden.ids(run.tensor("autoregressive" + (texts - 1) + ".ids"));
    for (SamplingStep.Row row : done.rows()) {
      assertThat(row.ids()[0])
          .as("token " + done.step() + " of row " + row.row())
          .isEqualTo(run.row(all, row.row())[done.step() + 1]);
    }
  }

  /** Returns how many of the places come before the i-th. */
  static int rank(int[] places, int i) {
    return (int) Arrays.stream(places).filter(place -> place < places[i]).count();
  }
}
