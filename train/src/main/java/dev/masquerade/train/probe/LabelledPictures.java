package dev.masquerade.train.probe;

import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.util.List;

/** Pictures of one size with their classes. Safe for use by several threads. */
public interface LabelledPictures {

  /** Returns N. */
  int samples();

  /** Returns the number of a sample's class. */
  int label(int sample);

  /** Returns names of classes by number. */
  List<String> classes();

  /**
   * Returns a sample as one pass over the data sees it; equal arguments give equal pictures.
   *
   * @param epoch passes that came before
   * @return of the size the model takes
   * @throws IOException if the picture cannot be read, naming it
   */
  PixelImage picture(int sample, long epoch) throws IOException;
}
