package dev.masquerade.data.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.PixelImage;
import java.io.Closeable;
import java.io.IOException;
import java.util.OptionalInt;

/** Images in a fixed order. Safe for use by several threads. */
public interface ImageSource extends Closeable {

  /** Returns how many images there are. */
  int count();

  /** Returns the name of an image, unique in its source. */
  String name(int index) throws IOException;

  /** Returns the class of an image; empty where none is known. */
  String label(int index) throws IOException;

  /**
   * Reads an image and turns it upright.
   *
   * @throws BadSampleException if it is damaged or of a format that cannot be read
   */
  PixelImage read(int index) throws IOException, BadSampleException;

  /** Returns the place of a name; empty where there is none. */
  OptionalInt find(String name) throws IOException;
}
