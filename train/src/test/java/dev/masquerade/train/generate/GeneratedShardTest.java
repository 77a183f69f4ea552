package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that come to be part by part. */
class GeneratedShardTest {

  @TempDir private Path directory;

  private static Map<String, Map<String, byte[]>> samples(int from, int to, int bad) {
    Map<String, Map<String, byte[]>> samples = new LinkedHashMap<>();
    for (int i = from; i < to; i++) {
      if (i != bad) {
        samples.put(
            String.format("key%03d", i),
            Map.of("a.txt", new byte[] {(byte) i}, "b.npy", new byte[] {1, 2}));
      }
    }
    return samples;
  }

  private Path written(String name, int... cuts) throws IOException {
    Path file = directory.resolve(name);
    for (int i = 1; i < cuts.length; i++) {
      new GeneratedShard(file, 10).add(cuts[i - 1], cuts[i], samples(cuts[i - 1], cuts[i], 4));
    }
    return file;
  }

  @Test
  void partsOfAnySize_makeTheSameShard() throws IOException {
    Path one = written("one.tar", 0, 10);
    Path other = written("other.tar", 0, 3, 4, 5, 10);

    assertThat(new GeneratedShard(one, 10).join()).isEqualTo(9);
    assertThat(new GeneratedShard(other, 10).join()).isEqualTo(9);

    assertThat(one).hasSameBinaryContentAs(other);
    assertThat(directory.resolve("one.tar.parts")).doesNotExist();
  }

  @Test
  void killedWriter_leavesWhatIsSettledAndNothingHalf() throws IOException {
    Path file = written("shard.tar", 0, 3, 7);
    Files.writeString(
        directory.resolve("shard.tar.parts").resolve("000000007-000000010.tar.partial"), "half");

    GeneratedShard taken = new GeneratedShard(file, 10);

    assertThat(taken.isComplete()).isFalse();
    assertThat(taken.settled().nextClearBit(0)).isEqualTo(7);
    assertThatThrownBy(taken::join).isInstanceOf(IllegalStateException.class);
    taken.add(7, 10, samples(7, 10, 4));
    taken.join();
    assertThat(taken.isComplete()).isTrue();
    assertThat(directory.resolve("shard.tar.parts")).doesNotExist();
  }

  @Test
  void partsLeftBesideAFinishedShard_areRemoved() throws IOException {
    Path file = written("shard.tar", 0, 10);
    Path parts = directory.resolve("shard.tar.parts");
    Files.copy(parts.resolve("000000000-000000010.tar"), file);

    assertThat(new GeneratedShard(file, 10).isComplete()).isTrue();

    assertThat(parts).doesNotExist();
  }
}
