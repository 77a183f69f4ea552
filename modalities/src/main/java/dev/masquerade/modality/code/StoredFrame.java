package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.NumberImage;
import dev.masquerade.modality.image.PixelImage;
import org.jspecify.annotations.Nullable;

/** A decoded picture of which views can be taken as frames. Used by one thread. */
public final class StoredFrame {

  private final FrameReader reader;
  private final @Nullable PixelImage colours;
  private final @Nullable NumberImage numbers;

  /** Creates a frame of exactly one of the two kinds of picture. */
  StoredFrame(FrameReader reader, @Nullable PixelImage colours, @Nullable NumberImage numbers) {
    this.reader = reader;
    this.colours = colours;
    this.numbers = numbers;
  }

  /** Returns the size of the picture, turned upright. */
  public FrameSize size() {
    return colours != null ? colours.size() : numbers().size();
  }

  /**
   * Takes a view as planes; a pixel without a class has 0 in all of them.
   *
   * @throws BadSampleException if a pixel has a class that does not exist
   */
  public Planes planes(View view) throws BadSampleException {
    return colours != null ? reader.planes(colours, view) : reader.planes(numbers(), view);
  }

  /**
   * Takes a view as class numbers, row by row; the content must be classes.
   *
   * @throws BadSampleException if a pixel has no class, or one that does not exist
   */
  public char[] classes(View view) throws BadSampleException {
    return reader.classes(numbers(), view);
  }

  /**
   * Takes a view as a tokenizer is best given it: as one plane of class numbers, {@link
   * dev.masquerade.modality.TokenSpace.ClassPatches#NO_CLASS} where a pixel has none, where it
   * takes those, else as planes.
   *
   * @throws BadSampleException if a pixel has a class that does not exist, or none and the
   *     tokenizer takes no such pixels
   */
  public Planes content(View view, FrameCodec codec) throws BadSampleException {
    if (codec.takesClassNumbers()) {
      return reader.numbers(numbers(), view);
    }
    return reader.content() == FrameContent.CLASSES
        ? reader.planes(reader.classes(numbers(), view))
        : planes(view);
  }

  private NumberImage numbers() {
    if (numbers == null) {
      throw new IllegalStateException("a picture of colours holds no classes");
    }
    return numbers;
  }
}
