package dev.masquerade.cli;

import dev.masquerade.cli.figure.Figure;
import dev.masquerade.cli.figure.PanelRow;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.image.ImageStream;
import dev.masquerade.data.image.PreparedImage;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.RandomPlaceDraws;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.embed.Reconstructor;
import dev.masquerade.train.embedding.EmbeddingKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/** Draws what a masked autoencoder makes of images: original, masked, reconstruction, both. */
final class ReconstructionPictures {

  static final String TOGETHER = "reconstructions.png";

  private static final int BATCH = 8;
  private static final int IN_ONE = 8;
  private static final int PANEL = 224;

  private final Reconstructor reconstructor;
  private final PlaceMaker maker;
  private final long seed;
  private final String title;

  /**
   * Prepares.
   *
   * @param reconstructor made for batches of 8; stays the caller's to close
   * @param maker chooses what is hidden
   * @param seed draws masks
   * @param title above the pictures
   */
  ReconstructionPictures(Reconstructor reconstructor, PlaceMaker maker, long seed, String title) {
    this.reconstructor = reconstructor;
    this.maker = maker;
    this.seed = seed;
    this.title = title;
  }

  /**
   * Draws one picture per image, and the first of them in one.
   *
   * @param samples most images to take
   * @param out directory, made where there is none
   * @return the picture of the first ones; empty where no image could be read
   */
  Optional<Path> draw(ImageSource source, int samples, Path out) throws Exception {
    Files.createDirectories(out);
    int wanted = Math.min(samples, source.count());
    CentredImage size = new CentredImage(reconstructor.imageHeight(), reconstructor.imageWidth());
    List<PanelRow> first = new ArrayList<>();
    List<EmbeddingKey> broken = new ArrayList<>();
    PictureNames names = new PictureNames(TOGETHER);
    int done = 0;
    try (ImageStream stream = new ImageStream(source, 0, size, 1, 2 * BATCH);
        ProgressBar bar = ProgressLine.start("images", wanted)) {
      while (done < wanted) {
        List<PreparedImage> good = new ArrayList<>();
        while (good.size() < BATCH && done < wanted) {
          Optional<PreparedImage> next = stream.next();
          if (next.isEmpty()) {
            break;
          }
          done++;
          PreparedImage image = next.get();
          if (image.image() == null) {
            broken.add(new EmbeddingKey(image.name(), "", image.problem()));
          } else {
            good.add(image);
          }
        }
        for (PanelRow row : rows(good)) {
          figure(List.of(row)).write(out.resolve(names.next(row.title())));
          if (first.size() < IN_ONE) {
            first.add(row);
          }
        }
        bar.stepTo(done);
      }
    }
    LeftOut.report(broken, "image is", "images are", "left out");
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Path together = out.resolve(TOGETHER);
    figure(first).write(together);
    return Optional.of(together);
  }

  private List<PanelRow> rows(List<PreparedImage> images) {
    if (images.isEmpty()) {
      return List.of();
    }
    List<PixelImage> pixels = new ArrayList<>();
    List<boolean[]> removed = new ArrayList<>();
    for (PreparedImage image : images) {
      if (image.image() != null) {
        pixels.add(image.image());
        removed.add(removed(image.name(), reconstructor.grid()));
      }
    }
    List<Reconstructor.Panels> panels = reconstructor.reconstruct(pixels, removed);
    List<PanelRow> rows = new ArrayList<>();
    for (int i = 0; i < panels.size(); i++) {
      Reconstructor.Panels four = panels.get(i);
      rows.add(
          new PanelRow(
              images.get(i).name(),
              picture(four.original()),
              picture(four.masked()),
              picture(four.predicted()),
              picture(four.pasted())));
    }
    return rows;
  }

  /** Returns which places of an image are hidden; the same whatever other images there are. */
  private boolean[] removed(String name, PlaceGrid grid) {
    PlaceChoice choice = new PlaceChoice(grid.places());
    maker.choose(
        grid,
        new RandomPlaceDraws(new SampleStreams(seed).stream(0, name, Purpose.MASKING)),
        choice);
    boolean[] removed = new boolean[grid.places()];
    Arrays.fill(removed, true);
    for (int place : choice.seenPlaces()) {
      removed[place] = false;
    }
    return removed;
  }

  private Figure figure(List<PanelRow> rows) {
    return PanelRow.grid(title, rows, PANEL);
  }

  private static Picture picture(PixelImage image) {
    return Picture.ofRgb(image.width(), image.height(), image.samples());
  }
}
