package dev.masquerade.bench;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How many masked samples one core packs per second: kept places to direct buffers, pixels
 * included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class PackingBenchmark {

  private static final int ROWS = 64;
  private static final int PATCH = 16;

  private MaskedBatch batch;
  private Packer packer;

  /** Masks one batch. */
  @Setup
  public void prepare() {
    SevenModalities seven = new SevenModalities(PATCH);
    SampleStreams streams = new SampleStreams(1);
    MaskingPolicy policy = seven.policy();
    batch = MaskedBatch.allocate(seven.specs(), ROWS);
    for (int i = 0; i < ROWS; i++) {
      String key = String.format("%09d", i);
      policy.mask(
          java.util.Collections.unmodifiableList(
              seven.sample(streams.stream(0, key, Purpose.SYNTHESIS))),
          streams.stream(0, key, Purpose.MASKING),
          batch,
          batch.addRow(key));
    }
    packer = new Packer(seven.specs(), PackLimits.NONE);
  }

  /** Packs the batch. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public int pack() {
    try (PackedBatch packed = packer.pack(batch)) {
      return packed.rows();
    }
  }

  /** Runs this benchmark alone and prints samples per second. */
  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(PackingBenchmark.class.getName()).build()).run();
  }
}
