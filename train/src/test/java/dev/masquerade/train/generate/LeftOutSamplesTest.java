package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.pipeline.TooManyBadSamplesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of samples that are left out. */
class LeftOutSamplesTest {

  @TempDir private Path directory;

  private static BadSample sample(String key, BadSample.Kind kind) {
    return new BadSample("shard", key, "rgb", "is no picture", kind);
  }

  @Test
  void nextProcess_chargesWhatWasChargedAndNoMore() throws IOException {
    Path file = directory.resolve("bad-samples.txt");
    LeftOutSamples first = LeftOutSamples.open(file, 1);
    first.add(sample("a", BadSample.Kind.LACKING));
    first.add(sample("b", BadSample.Kind.CONTENT));
    first.add(sample("c", BadSample.Kind.LACKING));

    LeftOutSamples next = LeftOutSamples.open(file, 1);
    next.add(sample("b", BadSample.Kind.CONTENT));
    next.add(sample("d", BadSample.Kind.LACKING));

    assertThat(next.names()).extracting(SampleName::key).containsExactly("a", "b", "c", "d");
    assertThat(file).content().hasLineCount(4);
    for (int attempt = 0; attempt < 2; attempt++) {
      LeftOutSamples again = LeftOutSamples.open(file, 1);
      assertThatThrownBy(() -> again.add(sample("e", BadSample.Kind.SHARD)))
          .isInstanceOf(TooManyBadSamplesException.class)
          .hasMessageContaining("--max-bad-samples")
          .hasMessageNotContaining("max_bad_samples");
    }
    LeftOutSamples raised = LeftOutSamples.open(file, 2);
    raised.add(sample("e", BadSample.Kind.SHARD));
    assertThat(raised.names()).hasSize(5);
  }

  @Test
  void lineCutShort_isWrittenAnew() throws IOException {
    Path file = directory.resolve("bad-samples.txt");
    LeftOutSamples.open(file, 9).add(sample("a", BadSample.Kind.CONTENT));
    Files.writeString(file, "shard\tb\tCON", StandardOpenOption.APPEND);

    LeftOutSamples next = LeftOutSamples.open(file, 9);
    next.add(sample("b", BadSample.Kind.CONTENT));

    assertThat(LeftOutSamples.open(file, 9).names())
        .extracting(SampleName::key)
        .containsExactly("a", "b");
  }
}
