package dev.masquerade.train.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import dev.masquerade.train.embedding.EmbeddingWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingJobTest {

  private static final int COUNT = 23;

  @TempDir private Path directory;

  private Path photos;

  /** The first pixel; a model that is killed after so many batches. */
  private static final class FirstPixel implements FeatureExtractor {
    private final int dies;
    private final List<Integer> batches = new ArrayList<>();

    FirstPixel(int dies) {
      this.dies = dies;
    }

    @Override
    public int width() {
      return 3;
    }

    @Override
    public int imageHeight() {
      return 4;
    }

    @Override
    public int imageWidth() {
      return 4;
    }

    @Override
    public String origin() {
      return "first pixel";
    }

    @Override
    public float[] features(List<PixelImage> images) {
      if (batches.size() == dies) {
        throw new IllegalStateException("killed");
      }
      batches.add(images.size());
      float[] features = new float[3 * images.size()];
      for (int i = 0; i < features.length; i++) {
        features[i] = images.get(i / 3).samples()[i % 3] & 0xff;
      }
      return features;
    }
  }

  @BeforeEach
  void makePhotos() throws IOException {
    photos = Files.createDirectories(directory.resolve("photos/ones"));
    for (int i = 0; i < COUNT; i++) {
      BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(0, 0, (i + 1) * 0x010203);
      ImageIO.write(picture, "png", photos.resolve(String.format("%03d.png", i)).toFile());
    }
    Files.writeString(photos.resolve("005.png"), "not a picture any more");
    Files.writeString(photos.resolve("006.png"), "nor this");
  }

  private void run(Path out, FirstPixel model, boolean resume, List<EmbeddingKey> broken)
      throws Exception {
    try (ImageSource source = FolderImages.open(directory.resolve("photos"))) {
      EmbeddingJob job = new EmbeddingJob(source, model, 4, 2, false);
      try (EmbeddingWriter writer =
          resume
              ? EmbeddingWriter.resume(out, job.origin(), model.width())
              : EmbeddingWriter.begin(out, job.origin(), model.width())) {
        job.run(writer, done -> {}, broken::add);
        writer.finish();
      }
    }
  }

  @Test
  void brokenImages_keepTheirRowsAndBatchesStayFull() throws Exception {
    Path out = directory.resolve("e.npy");
    FirstPixel model = new FirstPixel(Integer.MAX_VALUE);
    List<EmbeddingKey> broken = new ArrayList<>();

    run(out, model, false, broken);

    assertThat(model.batches).containsExactly(4, 4, 4, 4, 4, 1);
    assertThat(broken.stream().map(EmbeddingKey::name))
        .containsExactly("ones/005.png", "ones/006.png");
    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.rows()).isEqualTo(COUNT);
      for (int row = 0; row < COUNT; row++) {
        float[] values = new float[3];
        table.copy(row, values, 0);
        assertThat(table.key(row).name()).isEqualTo(String.format("ones/%03d.png", row));
        assertThat(table.key(row).label()).isEqualTo("ones");
        if (row == 5 || row == 6) {
          assertThat(values).containsOnly(Float.NaN);
        } else {
          assertThat(values).containsExactly(row + 1, 2 * (row + 1), 3 * (row + 1));
        }
      }
    }
  }

  @Test
  void killedWork_endsInTheSameFile() throws Exception {
    Path whole = directory.resolve("whole.npy");
    Path out = directory.resolve("e.npy");
    run(whole, new FirstPixel(Integer.MAX_VALUE), false, new ArrayList<>());

    assertThatThrownBy(() -> run(out, new FirstPixel(2), false, new ArrayList<>()))
        .hasMessage("killed");
    assertThat(out).doesNotExist();
    FirstPixel rest = new FirstPixel(Integer.MAX_VALUE);
    run(out, rest, true, new ArrayList<>());

    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(rest.batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(COUNT - 2 - 8);
  }

  @Test
  void imagesThatCameBetween_stopTheResume() throws Exception {
    Path out = directory.resolve("e.npy");
    assertThatThrownBy(() -> run(out, new FirstPixel(2), false, new ArrayList<>()))
        .hasMessage("killed");
    Files.copy(photos.resolve("001.png"), photos.resolve("000a.png"));

    assertThatThrownBy(() -> run(out, new FirstPixel(9), true, new ArrayList<>()))
        .hasMessage(
            "row 1 was made of ones/001.png, where the data now have ones/000a.png. Images were"
                + " added or removed: begin a new file");
  }
}
