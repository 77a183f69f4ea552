package dev.masquerade.data.prepare;

import dev.masquerade.data.augment.StoredCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.DecodedSample;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.SampleSet;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.UnusableShardsException;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Decodes and tokenises every sample of a data set, as training would, and finds all that it would
 * leave out.
 */
public final class DecodeCheck {

  /**
   * What was found.
   *
   * @param bad samples in the order of the manifest, each with the first modality at fault
   * @param lacking how many samples have none of the modalities, which is no fault
   */
  public record Report(List<BadSample> bad, long lacking) {
    public Report {
      bad = List.copyOf(bad);
    }
  }

  private DecodeCheck() {}

  /**
   * Reads all samples.
   *
   * @param modalities those to decode; samples may lack some
   * @param shards where shards are opened; ones that cannot be are left out, see {@link
   *     DatasetCheck}
   * @param threads at least 1
   * @param progress told how many samples are done, by several threads
   */
  public static Report check(
      DatasetManifest manifest,
      List<ModalityReader> modalities,
      OpenShards shards,
      int threads,
      LongConsumer progress)
      throws IOException, InterruptedException {
    AtomicLong done = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<BadSample>>> futures = new ArrayList<>();
      for (Split split : manifest.splits()) {
        SampleReader reader =
            new SampleReader(SampleSet.of(manifest, split, 1, modalities), shards);
        for (int shard = 0; shard < split.shards().size(); shard++) {
          int index = shard;
          int samples = split.shards().get(shard).sampleCount();
          futures.add(
              executor.submit(
                  () -> {
                    List<BadSample> bad = new ArrayList<>();
                    for (int i = 0; i < samples && !stop.get(); i++) {
                      try {
                        tokenize(reader.read(index, i));
                      } catch (UnusableSampleException e) {
                        bad.add(e.sample());
                      } catch (UnusableShardsException e) {
                        break;
                      }
                      progress.accept(done.incrementAndGet());
                    }
                    return bad;
                  }));
        }
      }
      List<BadSample> unusable = new ArrayList<>();
      for (Future<List<BadSample>> future : futures) {
        unusable.addAll(future.get());
      }
      List<BadSample> bad =
          unusable.stream().filter(sample -> sample.kind() != BadSample.Kind.LACKING).toList();
      return new Report(bad, unusable.size() - bad.size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      // No interrupts: they would close the file channels that threads share.
      stop.set(true);
      executor.shutdown();
      executor.awaitTermination(Long.MAX_VALUE, java.util.concurrent.TimeUnit.NANOSECONDS);
    }
  }

  private static void tokenize(DecodedSample sample) throws UnusableSampleException {
    sample.tokenize(
        StoredCrop.centre()
            .view(sample.frame(), new SampleStreams(0).stream(0, sample.key(), Purpose.VIEW)));
  }
}
