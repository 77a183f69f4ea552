package dev.masquerade.bench;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int FIRST_WORD = 204;
  private static final int VOCABULARY = 30_000;

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
    List<ModalitySpec> modalities = new ArrayList<>();
    SpanMarks marks = new SpanMarks(0, 3, 4, 200);
    TokenSpace pixels = new TokenSpace.Pixels(patchSize, ChannelStatistics.IMAGENET);
    TokenLayout grid = new TokenLayout.Grid(14, 14);
    modalities.add(
        spec(
            "caption",
            new TokenSpace.Discrete(VOCABULARY),
            new TokenLayout.Sequence(256, marks, TokenLayout.Unit.TOKEN),
            Set.of(Role.INPUT, Role.TARGET)));
    modalities.add(spec("rgb@224", pixels, grid, Set.of(Role.INPUT)));
    for (String name : List.of("clip", "depth", "normal", "rgb", "semseg")) {
      modalities.add(
          spec(
              "tok_" + name + "@224",
              new TokenSpace.Discrete(8192),
              grid,
              Set.of(Role.INPUT, Role.TARGET)));
    }
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    for (ModalitySpec spec : modalities) {
      shares.put(spec.name(), new ModalityShare(0.5, spec.isTarget() ? 0.5 : 0));
    }
    policy =
        new MaskingMixture(
                List.of(new MaskingComponent(shares)),
                TokenRange.exactly(128),
                TokenRange.exactly(128))
            .policy(modalities);
    batch = MaskedBatch.allocate(modalities, ROWS);
    for (int i = 0; i < SAMPLES; i++) {
      keys[i] = String.format("%09d", i);
      samples.add(sample(keys[i], marks.endId(), 3 * patchSize * patchSize));
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

  private static ModalitySpec spec(
      String name, TokenSpace space, TokenLayout layout, Set<Role> roles) {
    return new ModalitySpec(new ModalityName(name), space, layout, roles);
  }

  private List<TokenizedModality> sample(String key, int endId, int bytesPerPatch) {
    var rng = streams.stream(0, key, Purpose.SYNTHESIS);
    List<TokenizedModality> sample = new ArrayList<>();
    int[] caption = rng.ints(FIRST_WORD, VOCABULARY).limit(rng.nextInt(5, 61) + 1).toArray();
    caption[caption.length - 1] = endId;
    sample.add(new TokenizedModality.IdSequence(caption));
    byte[] patches = new byte[196 * bytesPerPatch];
    rng.nextBytes(patches);
    sample.add(new TokenizedModality.PixelPatches(patches, bytesPerPatch));
    for (int grid = 0; grid < 5; grid++) {
      sample.add(new TokenizedModality.IdGrid(rng.ints(0, 8192).limit(196).toArray()));
    }
    return sample;
  }
}
