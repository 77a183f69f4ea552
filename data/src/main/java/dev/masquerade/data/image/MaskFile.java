package dev.masquerade.data.image;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.place.GivenPlaces;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.NumberImage;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Masks that a user gives in a file: a grey picture with a pixel per patch, white where it is
 * removed; or text, either a 0 or 1 per patch, row by row, or the numbers of the removed patches.
 */
public final class MaskFile {

  private static final int WHITE = 128;

  private MaskFile() {}

  /**
   * Reads a mask.
   *
   * @param grid of the patches
   * @throws ConfigurationException if it is not as large as the grid, or removes nothing or all
   */
  public static GivenPlaces read(Path file, PlaceGrid grid) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return ImageDecoder.isPicture(file)
          ? picture(bytes, grid)
          : text(Files.readString(file), grid);
    } catch (CharacterCodingException e) {
      throw refusal(file, "is neither a picture nor text", e);
    } catch (BadSampleException | IllegalArgumentException e) {
      throw refusal(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static ConfigurationException refusal(Path file, String problem, Exception cause) {
    ConfigurationException refusal =
        new ConfigurationException(List.of(file + ": " + problem + "."));
    refusal.initCause(cause);
    return refusal;
  }

  private static GivenPlaces picture(byte[] bytes, PlaceGrid grid) throws BadSampleException {
    NumberImage image = new ImageDecoder(ImageDecoder.DEFAULT_PIXEL_LIMIT).numbers(bytes);
    if (image.height() != grid.rows() || image.width() != grid.columns()) {
      throw new IllegalArgumentException(
          "a mask for a grid of "
              + grid
              + " has a pixel per patch, this picture has "
              + image.height()
              + " x "
              + image.width());
    }
    boolean[] removed = new boolean[grid.places()];
    for (int place = 0; place < removed.length; place++) {
      removed[place] = image.samples()[place] >= WHITE;
    }
    return GivenPlaces.mask(grid, removed);
  }

  private static GivenPlaces text(String text, PlaceGrid grid) {
    int[] numbers =
        Arrays.stream(text.split("[\\s,;\\[\\]]+", -1))
            .filter(word -> !word.isEmpty())
            .mapToInt(MaskFile::number)
            .toArray();
    boolean bits = numbers.length > 2 && Arrays.stream(numbers).allMatch(n -> n == 0 || n == 1);
    if (!bits) {
      return GivenPlaces.removing(grid, numbers);
    }
    boolean[] removed = new boolean[numbers.length];
    for (int place = 0; place < removed.length; place++) {
      removed[place] = numbers[place] == 1;
    }
    return GivenPlaces.mask(grid, removed);
  }

  private static int number(String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + word + "\" is not a whole number; masks hold 0 and 1, or numbers of patches", e);
    }
  }
}
