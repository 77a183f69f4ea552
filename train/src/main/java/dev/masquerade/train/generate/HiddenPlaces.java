package dev.masquerade.train.generate;

import dev.masquerade.data.image.MaskFile;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Which places of a grid are hidden: a share of them, drawn anew for every seed, or those that a
 * file names.
 */
public sealed interface HiddenPlaces {

  /**
   * Chooses.
   *
   * @param name of the modality; shares of two of them hide places that have nothing to do with
   *     each other
   * @param grid of the modality
   * @param seed of the sample
   * @return (L) true where hidden
   */
  boolean[] on(ModalityName name, TokenLayout.Grid grid, long seed) throws IOException;

  /** Says all that decides the choice beside grid and seed; files by their content. */
  String describe() throws IOException;

  /**
   * Refuses places of what is not shown, or has no grid.
   *
   * @param shown modalities of the conditions
   * @param hidden modalities of which places are to be hidden
   * @throws GenerationRefusedException naming the first
   */
  static void require(
      ModelModalities modalities, Collection<ModalityName> shown, Collection<ModalityName> hidden) {
    for (ModalityName name : hidden) {
      requireGrid(modalities, name);
      if (!shown.contains(name)) {
        throw new GenerationRefusedException(
            "places of "
                + name
                + " are to be hidden, and it is not shown. Add --from "
                + name
                + ", or leave its --keep out");
      }
    }
  }

  /**
   * Refuses a modality that is no grid.
   *
   * @throws GenerationRefusedException if it is not
   */
  static void requireGrid(ModelModalities modalities, ModalityName name) {
    if (!(modalities.spec(name).layout() instanceof TokenLayout.Grid)) {
      throw new GenerationRefusedException(
          name + " has no places to hide. In text, write ... where more may stand");
    }
  }

  /**
   * Reads what a person writes: a share between 0 and 1, or a file as {@link MaskFile} has it.
   *
   * @param shown whether the share is of what is shown, not of what is hidden
   */
  static HiddenPlaces of(String written, boolean shown) {
    try {
      double share = Double.parseDouble(written);
      if (!(share >= 0 && share <= 1)) {
        throw new GenerationRefusedException(
            String.format(Locale.ROOT, "a share lies between 0 and 1, was %s", written));
      }
      return new Share(shown ? 1 - share : share);
    } catch (NumberFormatException e) {
      Path file = Path.of(written);
      if (!Files.isRegularFile(file)) {
        throw new GenerationRefusedException(
            "\""
                + written
                + "\" is neither a share between 0 and 1 nor a file. A file is a grey picture with"
                + " a pixel per patch, white where hidden, or text with a 0 or 1 per patch",
            e);
      }
      return new Given(file);
    }
  }

  /** A share of all places, rounded, each equally likely. */
  record Share(double hidden) implements HiddenPlaces {
    @Override
    public boolean[] on(ModalityName name, TokenLayout.Grid grid, long seed) {
      int places = grid.places();
      int left = (int) Math.rint(hidden * places);
      UniformRandomProvider rng =
          new SampleStreams(seed).stream(0, "hidden places of " + name, Purpose.MASKING);
      boolean[] result = new boolean[places];
      for (int place = 0; place < places; place++) {
        if (rng.nextInt(places - place) < left) {
          result[place] = true;
          left--;
        }
      }
      return result;
    }

    @Override
    public String describe() {
      return "a share of " + hidden + " is hidden, drawn for this modality";
    }
  }

  /** What a file says, whatever the seed. */
  record Given(Path file) implements HiddenPlaces {
    @Override
    public boolean[] on(ModalityName name, TokenLayout.Grid grid, long seed) throws IOException {
      PlaceGrid places = new PlaceGrid(grid.rows(), grid.columns());
      return MaskFile.read(file, places).removed();
    }

    @Override
    public String describe() throws IOException {
      return "what a file with SHA-256 " + ShardDigest.of(file) + " names is hidden";
    }
  }
}
