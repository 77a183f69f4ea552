package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.code.FrameContent;

/**
 * Brings frames of a content to the numbers that a network was trained on, and back.
 *
 * @param content what planes mean
 * @param statistics normalisation of samples in {@code [0, 1]}; symmetric where content is no
 *     pixels
 */
record FrameRange(FrameContent content, ChannelStatistics statistics) {

  private static final String NORMALS = "normal";

  /**
   * Tells the content of a network's modality.
   *
   * @param channels numbers per pixel
   * @throws IllegalArgumentException if pictures do not become such frames
   */
  static FrameRange of(ModalitySpec image, int channels) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (image.space() instanceof TokenSpace.Pixels pixels && channels == 3) {
      boolean standardised = pixels.statistics().equals(ChannelStatistics.IMAGENET);
      boolean normals = !standardised && named(image.name());
      return new FrameRange(
          normals ? FrameContent.NORMALS : FrameContent.COLOURS, pixels.statistics());
    }
    if (image.space() instanceof TokenSpace.ClassPatches) {
      return new FrameRange(FrameContent.CLASSES, ChannelStatistics.symmetric(1));
    }
    if (image.space() instanceof TokenSpace.Continuous && channels == 1) {
      return new FrameRange(FrameContent.DEPTH, ChannelStatistics.symmetric(1));
    }
    throw new IllegalArgumentException(
        "it takes "
            + channels
            + " numbers per pixel of "
            + image.name()
            + ", which no stored picture holds");
  }

  private static boolean named(ModalityName name) {
    return name.base().contains(NORMALS);
  }

  /** Returns a frame as the network takes it. */
  Planes toNetwork(Planes frame) {
    return switch (content) {
      case COLOURS -> scaled(frame, 1, 0);
      case NORMALS -> scaled(frame, 0.5f, 0.5f);
      case DEPTH, CLASSES -> frame;
    };
  }

  /** Returns {@code ((v * factor + offset) - mean) / deviation}. */
  private Planes scaled(Planes frame, float factor, float offset) {
    int plane = frame.height() * frame.width();
    float[] values = new float[frame.values().length];
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane;
      values[i] =
          (frame.values()[i] * factor + offset - statistics.mean().get(channel))
              / statistics.deviation().get(channel);
    }
    return new Planes(frame.channels(), frame.height(), frame.width(), values);
  }

  /** Returns a frame from what the network gave; colours and normals are cut to their range. */
  Planes fromNetwork(Planes frame) {
    return switch (content) {
      case COLOURS -> restored(frame, 1, 0, 0);
      case NORMALS -> restored(frame, 2, -1, -1);
      case DEPTH, CLASSES -> frame;
    };
  }

  private Planes restored(Planes frame, float factor, float offset, float least) {
    int plane = frame.height() * frame.width();
    float[] values = new float[frame.values().length];
    for (int i = 0; i < values.length; i++) {
      int channel = i / plane;
      float sample =
          frame.values()[i] * statistics.deviation().get(channel) + statistics.mean().get(channel);
      values[i] = Math.max(least, Math.min(1, sample * factor + offset));
    }
    return new Planes(frame.channels(), frame.height(), frame.width(), values);
  }
}
