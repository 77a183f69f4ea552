package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.augment.Photometric;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.augment.RetouchedAugmenter;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.label.ClassNames;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.ViewSampler;
import dev.masquerade.train.embedding.EmbeddingKey;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentedImagesTest {

  @TempDir private Path directory;
  @TempDir private Path flat;

  @BeforeEach
  void writeImages() throws IOException {
    for (int i = 0; i < 6; i++) {
      write("cat", i);
      write("dog", i);
    }
  }

  private void write(String kind, int number) throws IOException {
    Path file = directory.resolve(kind).resolve(number + ".png");
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(20, 24, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 24; y++) {
      for (int x = 0; x < 20; x++) {
        image.setRGB(x, y, (x * 12 << 16) + (y * 10 << 8) + number * 30);
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static AugmentedImages images(ImageSource source, int[] numbers, ClassNames classes)
      throws IOException {
    return new AugmentedImages(
        source,
        numbers,
        classes,
        new RetouchedAugmenter(
            new RandomResizedCrop(0.2, 1, 0.75, 4 / 3.0, 0.5), List.of(Photometric.FIRST_VIEW)),
        new ViewSampler(16, 16, ResizeFilter.BICUBIC),
        new SampleStreams(1));
  }

  private static UsableImages usable(ImageSource source, String what) throws InterruptedException {
    return UsableImages.find(source, what, new CentredImage(16, 16), 2, done -> {});
  }

  @Test
  void brokenImages_takeNoPartAndAreTold() throws Exception {
    Files.writeString(directory.resolve("cat/4.png"), "no picture");
    try (ImageSource source = FolderImages.open(directory)) {
      UsableImages usable = usable(source, "pictures");

      ImageParts parts = ImageParts.split(usable);

      assertThat(usable.broken().stream().map(EmbeddingKey::name)).containsExactly("cat/4.png");
      assertThat(usable.unlabelled()).isZero();
      assertThat(parts.test()).containsExactly(5, 10);
      assertThat(parts.train()).hasSize(9).doesNotContain(4);
    }
  }

  @Test
  void askedPartWithoutLabels_isRefusedByName() throws Exception {
    Files.copy(directory.resolve("cat/0.png"), flat.resolve("0.png"));
    try (ImageSource source = FolderImages.open(directory);
        ImageSource bare = FolderImages.open(flat)) {
      UsableImages learnt = usable(source, "pictures, train");
      UsableImages asked = usable(bare, "pictures, validation");

      assertThatThrownBy(() -> ImageParts.of(learnt, asked))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "pictures, validation: none of its 1 images has a label, and a probe learns labels");
    }
  }

  @Test
  void everyFifthImageOfAClass_isHeldOut() throws Exception {
    try (ImageSource source = FolderImages.open(directory)) {
      ImageParts parts = ImageParts.split(usable(source, "pictures"));

      assertThat(parts.classes().names()).containsExactly("cat", "dog");
      assertThat(parts.test()).hasSize(2);
      assertThat(parts.train()).hasSize(10).doesNotContain(parts.test());
      AugmentedImages test = images(source, parts.test(), parts.classes());
      assertThat(List.of(test.label(0), test.label(1))).containsExactly(0, 1);
    }
  }

  @Test
  void epochs_showOtherViews_andTheSameOneAgain() throws Exception {
    try (ImageSource source = FolderImages.open(directory)) {
      ImageParts parts = ImageParts.of(usable(source, "one"), usable(source, "two"));
      AugmentedImages images = images(source, parts.train(), parts.classes());

      PixelImage first = images.picture(3, 0);

      assertThat(first.height()).isEqualTo(16);
      assertThat(images.picture(3, 0).samples()).isEqualTo(first.samples());
      assertThat(images.picture(3, 1).samples()).isNotEqualTo(first.samples());
    }
  }

  @Test
  void classThatWasNotLearnt_isNamed() throws IOException {
    try (ImageSource source = FolderImages.open(directory)) {
      assertThatThrownBy(() -> images(source, new int[] {0}, ClassNames.of(List.of("cow", "dog"))))
          .hasMessageStartingWith("cat/0.png: ")
          .hasMessageContaining("\"cat\" is not a class");
    }
  }
}
