package dev.masquerade.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ImageStreamTest {

  /** Images of one colour, their number; every tenth is broken, the first ones take longest. */
  private static final class Numbered implements ImageSource {
    private final int count;
    private final AtomicInteger reads = new AtomicInteger();

    Numbered(int count) {
      this.count = count;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public String label(int index) {
      return index % 2 == 0 ? "even" : "odd";
    }

    @Override
    public PixelImage read(int index) throws IOException, BadSampleException {
      reads.incrementAndGet();
      try {
        Thread.sleep(index % 4 == 0 ? 5 : 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (index % 10 == 3) {
        throw new BadSampleException("it is the number " + index);
      }
      if (index % 10 == 7) {
        throw new IOException("disk");
      }
      byte[] samples = new byte[5 * 4 * 3];
      Arrays.fill(samples, (byte) index);
      return new PixelImage(5, 4, 3, samples);
    }

    @Override
    public OptionalInt find(String name) {
      return OptionalInt.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void images_comeInOrderWithBrokenOnesInTheirPlaces() throws InterruptedException {
    Numbered source = new Numbered(50);
    List<PreparedImage> all = new ArrayList<>();

    try (ImageStream stream = new ImageStream(source, 5, new CentredImage(2, 2), 4, 9)) {
      for (Optional<PreparedImage> image = stream.next();
          image.isPresent();
          image = stream.next()) {
        all.add(image.get());
      }
    }

    assertThat(all).hasSize(45);
    for (int i = 0; i < all.size(); i++) {
      PreparedImage image = all.get(i);
      int number = i + 5;
      assertThat(image.index()).isEqualTo(number);
      assertThat(image.name()).isEqualTo("image " + number);
      assertThat(image.label()).isEqualTo(number % 2 == 0 ? "even" : "odd");
      if (number % 10 == 3) {
        assertThat(image.problem()).isEqualTo("it is the number " + number);
      } else if (number % 10 == 7) {
        assertThat(image.problem()).isEqualTo("cannot be read: disk");
      } else {
        assertThat(image.image()).isNotNull();
        assertThat(image.image().samples()).hasSize(12).containsOnly((byte) number);
      }
    }
  }

  @Test
  void readingAhead_isBounded() throws InterruptedException {
    Numbered source = new Numbered(1000);
    try (ImageStream stream = new ImageStream(source, 0, new CentredImage(2, 2), 2, 6)) {
      for (int taken = 1; taken <= 20; taken++) {
        assertThat(stream.next()).isPresent();
        Thread.sleep(2);
        assertThat(source.reads.get()).isLessThanOrEqualTo(taken + 6);
      }
    }
  }

  @Test
  void streamsWithoutThreads_areRefused() {
    assertThatThrownBy(() -> new ImageStream(new Numbered(1), 0, new CentredImage(2, 2), 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
