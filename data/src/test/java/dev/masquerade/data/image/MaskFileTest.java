package dev.masquerade.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.RandomPlaceDraws;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskFileTest {

  private static final PlaceGrid GRID = new PlaceGrid(2, 3);

  @TempDir private Path directory;

  private int[] removed(String text) throws IOException {
    Path file = directory.resolve("mask.txt");
    Files.writeString(file, text);
    return removed(file);
  }

  private static int[] removed(Path file) throws IOException {
    PlaceChoice choice = new PlaceChoice(GRID.places());
    MaskFile.read(file, GRID)
        .choose(GRID, new RandomPlaceDraws(RandomSource.XO_RO_SHI_RO_128_PP.create(1L)), choice);
    return choice.predictedPlaces();
  }

  @Test
  void bitsAndPlaces_sayTheSame() throws IOException {
    assertThat(removed("0 1 0\n0 0 1\n")).containsExactly(1, 5);
    assertThat(removed("[1, 5]")).containsExactly(1, 5);
  }

  @Test
  void pictureInCapitals_isAPicture() throws IOException {
    BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    grey.setRGB(1, 0, 0xffffff);
    Path file = directory.resolve("MASK.PNG");
    ImageIO.write(grey, "png", file.toFile());

    assertThat(removed(file)).containsExactly(1);
  }

  @Test
  void masksOfAnotherSize_areRefusedWithBothSizes() {
    assertThatThrownBy(() -> removed("0 1 0 1"))
        .hasMessageEndingWith(
            "mask.txt: a mask for a grid of 2 x 3 needs 6 values, row by row, was 4.");
    assertThatThrownBy(() -> removed("2, 6"))
        .hasMessageEndingWith(
            "mask.txt: place 6 is outside a grid of 2 x 3, whose places are 0 to 5.");
    assertThatThrownBy(() -> removed("1 1 1 1 1 1"))
        .hasMessageContaining("leaves the encoder none");
    assertThatThrownBy(() -> removed("all of it")).hasMessageContaining("\"all\" is not a whole");
  }
}
