package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import java.util.List;

/**
 * What can be looked at in a sample.
 *
 * @param size of its picture; 1 x 1 where it has no extent in space
 * @param storedCrops crops that tokens were computed for ahead of training; 0 for none
 * @param storedViews where those crops lie, crop by crop; empty where that was not stored
 */
public record SampleFrame(FrameSize size, int storedCrops, List<View> storedViews) {

  public SampleFrame {
    storedViews = List.copyOf(storedViews);
    if (storedCrops < 0) {
      throw new IllegalArgumentException("storedCrops must be at least 0, was " + storedCrops);
    }
  }

  /** Returns the frame of a picture that can be cropped freely. */
  public static SampleFrame of(int height, int width) {
    return new SampleFrame(new FrameSize(height, width), 0, List.of());
  }
}
