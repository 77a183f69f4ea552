package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.released.RecognisedWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were damaged, or made to do harm, are read within their bounds or refused: never with
 * anything but an {@link IOException}, and never with more memory or time than stated here.
 */
class HostileWeightsTest {

  private static final long MOST_BYTES = 256L << 20;

  /** Generous, because machines stall; a reader that hangs does so for ever. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Values that lengths and offsets are replaced by. */
  private static final long[] TEMPTING = {
    0,
    1,
    -1,
    0x7f,
    0xff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffffL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x7fff_ffff_ffffL,
    1 << 20,
    1 << 30
  };

  @TempDir Path directory;

  @Test
  void someMutantsOfPickledFiles_areReadOrRefused() throws Exception {
    attack("\\.pth", 500, 11);
  }

  @Test
  void someMutantsOfSafetensorsFiles_areReadOrRefused() throws Exception {
    attack("\\.safetensors", 500, 12);
  }

  @Test
  @Tag("slow")
  void manyMutantsOfPickledFiles_areReadOrRefused() throws Exception {
    attack("\\.pth", 10_000, 13);
  }

  @Test
  @Tag("slow")
  void manyMutantsOfSafetensorsFiles_areReadOrRefused() throws Exception {
    attack("\\.safetensors", 10_000, 14);
  }

  private void attack(String kind, int rounds, long seed) throws Exception {
    List<byte[]> originals = originals(kind);
    assertThat(originals).isNotEmpty();
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Path mutant = directory.resolve("mutant");
    int read = 0;
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        bytes = mutate(bytes, originals, random);
      }
      Files.write(mutant, bytes);
      long allocated = allocated();
      long start = System.nanoTime();
      try {
        readAll(mutant);
        read++;
      } catch (IOException e) {
        assertThat(e).as("round %d", round).hasMessageNotContaining("null");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("round " + round + " of seed " + seed, e);
      }
      assertThat(allocated() - allocated).as("bytes in round %d", round).isLessThan(MOST_BYTES);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("time of round %d", round)
          .isLessThan(LONGEST);
    }
    // Neither nearly all nor hardly any may pass, or the mutations were pointless.
    assertThat(read).isGreaterThan(rounds / 50);
    assertThat(refused).isGreaterThan(rounds / 10);
  }

  private static void readAll(Path file) throws IOException {
    try (TensorSource source = TensorSource.open(file)) {
      RecognisedWeights.of(source).describe();
      source.metadata().forEach((key, value) -> assertThat(value).as(key).isNotNull());
      for (TensorEntry entry : source.tensors()) {
        assertThat((long) source.floats(entry.name()).length).isEqualTo(entry.elements());
        assertThat((long) source.bytes(entry.name()).remaining()).isEqualTo(entry.byteCount());
      }
    }
  }

  /** Takes small files only, of which each byte matters. */
  private static List<byte[]> originals(String kind) throws IOException {
    Path checkpoints = GoldenFiles.mae().resolve("checkpoint");
    List<byte[]> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(checkpoints)) {
      files
          .filter(file -> file.getFileName().toString().matches(".*" + kind))
          .sorted()
          .forEach(
              file -> {
                try {
                  if (Files.size(file) < 20_000) {
                    originals.add(Files.readAllBytes(file));
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return originals;
  }

  private static byte[] mutate(byte[] bytes, List<byte[]> originals, UniformRandomProvider random) {
    if (bytes.length < 16) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1, 2 -> bytes[at] = (byte) random.nextInt(256);
      // Digits are what shapes and offsets are made of in a header of JSON.
      case 3, 4 -> bytes[at] = (byte) ('0' + random.nextInt(10));
      case 5 -> {
        ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        number.putLong(TEMPTING[random.nextInt(TEMPTING.length)]);
        int width = 1 << random.nextInt(4);
        System.arraycopy(number.array(), 0, bytes, at, Math.min(width, bytes.length - at));
      }
      case 6 -> {
        return Arrays.copyOf(bytes, random.nextInt(4) == 0 ? at : Math.max(at, bytes.length - 64));
      }
      case 7 -> {
        int length = Math.min(1 + random.nextInt(64), bytes.length - at);
        byte[] longer = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, longer, 0, at + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
      }
      default -> {
        byte[] other = originals.get(random.nextInt(originals.size()));
        int from = random.nextInt(other.length);
        int length =
            Math.min(1 + random.nextInt(200), Math.min(other.length - from, bytes.length - at));
        System.arraycopy(other, from, bytes, at, length);
      }
    }
    return bytes;
  }

  /** Returns what this thread ever allocated on the heap, and what is held outside of it. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) + direct;
  }
}
