package dev.masquerade.bench;

import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.BlockShape;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.MultiBlockPlaces;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.RandomPlaceDraws;
import dev.masquerade.masking.place.RandomTokenMask;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How long one core takes to mask a batch: 256 sequences of a class token and 196 patches at 0.75,
 * and the same patches as blocks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PlaceMaskBenchmark {

  private static final int ROWS = 256;
  private static final PlaceGrid GRID = new PlaceGrid(14, 14);
  private static final int LENGTH = GRID.places() + 1;

  private final RandomPlaceDraws draws =
      new RandomPlaceDraws(new SampleStreams(1).stream(0, "batch", Purpose.MASKING));
  private final RandomTokenMask tokens = new RandomTokenMask(new MaskRatio(0.75), 1);
  private final PlaceMaker blocks = new BlockPlaces(new MaskRatio(0.4), BlockShape.DEFAULT);
  private final int[] order = new int[ROWS * LENGTH];
  private final PlaceChoice choice = new PlaceChoice(GRID.places());

  /** Draws random token masks, class tokens protected. */
  @Benchmark
  public int[] randomTokenMask() {
    tokens.draw(ROWS, LENGTH, draws, order);
    return order;
  }

  /** Draws block masks as iBOT does. */
  @Benchmark
  public int blocks() {
    return chooseAll(blocks);
  }

  /** Draws targets and context as I-JEPA does. */
  @Benchmark
  public int multiBlocks() {
    return chooseAll(MultiBlockPlaces.DEFAULT);
  }

  private int chooseAll(PlaceMaker maker) {
    int seen = 0;
    for (int row = 0; row < ROWS; row++) {
      maker.choose(GRID, draws, choice);
      seen += choice.seen();
    }
    return seen;
  }

  /** Runs this benchmark alone and prints microseconds per batch. */
  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(PlaceMaskBenchmark.class.getName()).build()).run();
  }
}
