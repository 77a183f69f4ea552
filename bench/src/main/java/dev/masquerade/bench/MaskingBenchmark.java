package dev.masquerade.bench;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How many samples one core masks per second: seven modalities, 128 tokens seen and 128 predicted,
 * captions already tokenised. From the key of a sample to its row in the batch, copying included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class MaskingBenchmark {

  private static final int ROWS = 64;
  private static final int SAMPLES = 512;

  /** Edge of a colour patch: 16 copies 768 bytes for each visible one, 1 copies next to nothing. */
  @Param({"1", "16"})
  public int patchSize;

  private final SampleStreams streams = new SampleStreams(1);
  private final List<List<TokenizedModality>> samples = new ArrayList<>();
  private final String[] keys = new String[SAMPLES];
  private MaskingPolicy policy;
  private MaskedBatch batch;
  private long epoch;
  private int next;

  /** Makes samples of the sizes that 4M-7 has. */
  @Setup
  public void prepare() {
    SevenModalities seven = new SevenModalities(patchSize);
    policy = seven.policy();
    batch = MaskedBatch.allocate(seven.specs(), ROWS);
    for (int i = 0; i < SAMPLES; i++) {
      keys[i] = String.format("%09d", i);
      samples.add(seven.sample(streams.stream(0, keys[i], Purpose.SYNTHESIS)));
    }
  }

  /** Masks one batch. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public MaskedBatch mask() {
    batch.clear();
    for (int i = 0; i < ROWS; i++) {
      String key = keys[next];
      int row = batch.addRow(key);
      policy.mask(samples.get(next), streams.stream(epoch, key, Purpose.MASKING), batch, row);
      next++;
      if (next == SAMPLES) {
        next = 0;
        epoch++;
      }
    }
    return batch;
  }

  /** Runs this benchmark alone and prints samples per second. */
  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(MaskingBenchmark.class.getName()).build()).run();
  }
}
