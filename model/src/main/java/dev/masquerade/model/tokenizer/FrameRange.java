package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.code.FrameContent;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Brings frames of a content to the numbers that a network was trained on, and back.
 *
 * @param content what planes mean
 * @param statistics normalisation of samples in {@code [0, 1]}; symmetric where content is no
 *     pixels
 */
record FrameRange(FrameContent content, ChannelStatistics statistics) {

  /** A word of its own: a name such as {@code tok_rgb_normalised} is about colours. */
  private static final Pattern NORMALS =
      Pattern.compile("(?<![A-Za-z])normals?(?![A-Za-z])", Pattern.CASE_INSENSITIVE);

  private static final String DEPTH = "depth";

  /**
   * Tells the content of a network's modality.
   *
   * @param channels numbers per pixel
   * @return empty if pictures do not become such frames
   */
  static Optional<FrameRange> of(ModalitySpec image, int channels) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (image.space() instanceof TokenSpace.Pixels pixels && (channels == 3 || channels == 1)) {
      FrameContent content = channels == 3 ? FrameContent.COLOURS : FrameContent.GREY;
      return Optional.of(new FrameRange(content, pixels.statistics()).as(image.name()));
    }
    if (image.space() instanceof TokenSpace.ClassPatches) {
      return Optional.of(new FrameRange(FrameContent.CLASSES, ChannelStatistics.symmetric(1)));
    }
    if (image.space() instanceof TokenSpace.Continuous && channels == 1) {
      return Optional.of(new FrameRange(FrameContent.DEPTH, ChannelStatistics.symmetric(1)));
    }
    return Optional.empty();
  }

  /**
   * Returns what the frames are in a modality of this name. A network that was not trained on
   * ImageNet's colours may see normals; one plane may be depth rather than grey.
   */
  FrameRange as(ModalityName name) {
    boolean standardised = statistics.equals(ChannelStatistics.IMAGENET);
    if (content == FrameContent.COLOURS && !standardised && NORMALS.matcher(name.base()).find()) {
      return new FrameRange(FrameContent.NORMALS, statistics);
    }
    if (content == FrameContent.GREY && name.base().contains(DEPTH)) {
      return new FrameRange(FrameContent.DEPTH, statistics);
    }
    return this;
  }

  /** Returns a frame as the network takes it. */
  Planes toNetwork(Planes frame) {
    return switch (content) {
      case COLOURS, GREY -> scaled(frame, 1, 0);
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

  /**
   * Returns a frame from what the network gave; all but depth and classes are cut to their range.
   */
  Planes fromNetwork(Planes frame) {
    return switch (content) {
      case COLOURS, GREY -> restored(frame, 1, 0, 0);
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
