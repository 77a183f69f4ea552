package dev.masquerade.cli.figure;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.code.FrameContent;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How frames of one kind are painted, with one scale for all that are to be compared.
 *
 * @param content what planes mean
 * @param low smallest number of all frames, for depth
 * @param high largest number of all frames, for depth
 * @param classes names of classes; empty for numbers
 */
public record FrameColours(FrameContent content, float low, float high, List<String> classes) {

  /** Stands where a pixel has no class. */
  private static final int NONE = -1;

  public FrameColours {
    classes = List.copyOf(classes);
  }

  /**
   * Returns colours for some frames.
   *
   * @param frames at least one
   * @param classes names of classes; empty for numbers
   */
  public static FrameColours of(FrameContent content, List<Planes> frames, List<String> classes) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (Planes frame : frames) {
      for (float value : frame.values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return new FrameColours(content, low, low < high ? high : low + 1, classes);
  }

  /**
   * Paints a frame; one of classes has a plane per class, or one of class numbers. Pixels without a
   * class, all of whose planes are 0, become black.
   */
  public Picture paint(Planes planes) {
    return switch (content) {
      case COLOURS, GREY -> Picture.ofPlanes(planes, 0, 1);
      case DEPTH -> DepthColours.paint(planes.width(), planes.height(), planes.values(), low, high);
      case NORMALS -> NormalColours.paint(planes);
      case CLASSES ->
          planes.channels() == 1
              ? new ClassColours(classes).paint(planes.width(), planes.height(), numbers(planes))
              : colours(planes.channels())
                  .paint(planes.width(), planes.height(), likeliest(planes));
    };
  }

  /** Returns the colours of classes. */
  public ClassColours colours(int count) {
    return new ClassColours(
        classes.size() == count
            ? classes
            : IntStream.range(0, count).mapToObj(id -> "class " + id).toList());
  }

  private static int[] numbers(Planes planes) {
    int[] classes = new int[planes.values().length];
    for (int pixel = 0; pixel < classes.length; pixel++) {
      classes[pixel] = Math.round(planes.values()[pixel]);
    }
    return classes;
  }

  private static int[] likeliest(Planes planes) {
    int pixels = planes.width() * planes.height();
    int[] classes = new int[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      boolean known = false;
      for (int id = 0; id < planes.channels(); id++) {
        float value = planes.values()[id * pixels + pixel];
        known |= value != 0;
        if (value > planes.values()[classes[pixel] * pixels + pixel]) {
          classes[pixel] = id;
        }
      }
      classes[pixel] = known ? classes[pixel] : NONE;
    }
    return classes;
  }
}
