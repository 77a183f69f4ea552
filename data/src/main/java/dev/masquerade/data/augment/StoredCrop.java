package dev.masquerade.data.augment;

import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Takes one of the crops that tokens were computed for ahead of training. Where the places of those
 * crops were stored too, modalities that are still pictures are cropped to the same part.
 */
public final class StoredCrop implements Augmenter {

  private final boolean random;

  private StoredCrop(boolean random) {
    this.random = random;
  }

  /** Returns one that draws among all crops of a sample. */
  public static StoredCrop random() {
    return new StoredCrop(true);
  }

  /** Returns one that takes crop 0, the centred one, for evaluation. */
  public static StoredCrop centre() {
    return new StoredCrop(false);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    int crops = Math.max(1, frame.storedCrops());
    int index = random && crops > 1 ? rng.nextInt(crops) : 0;
    View place =
        index < frame.storedViews().size()
            ? frame.storedViews().get(index)
            : CentreCrop.of(frame.size());
    return new View(
        place.top(), place.left(), place.height(), place.width(), place.flipped(), index);
  }

  @Override
  public String toString() {
    return random ? "random stored crop" : "stored crop 0";
  }
}
