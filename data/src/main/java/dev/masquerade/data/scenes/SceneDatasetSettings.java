package dev.masquerade.data.scenes;

/**
 * What a rendered data set shall be. Equal settings give equal bytes, on one Java runtime.
 *
 * @param count scenes in all
 * @param size rows and columns of their pictures, in pixels
 * @param seed decides every scene
 * @param samplesPerShard scenes in one tar, but for the last of a split
 * @param validationFraction share of the scenes that is held out, in {@code [0, 1)}; more than 0
 *     holds out at least one
 * @param format how colour pictures are stored
 */
public record SceneDatasetSettings(
    int count,
    int size,
    long seed,
    int samplesPerShard,
    double validationFraction,
    PictureFormat format) {

  public SceneDatasetSettings {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, was " + count);
    }
    if (size < SceneRenderer.SMALLEST || size > SceneRenderer.LARGEST) {
      throw new IllegalArgumentException(
          "size must be from "
              + SceneRenderer.SMALLEST
              + " to "
              + SceneRenderer.LARGEST
              + " pixels, was "
              + size);
    }
    if (samplesPerShard < 1) {
      throw new IllegalArgumentException(
          "samplesPerShard must be at least 1, was " + samplesPerShard);
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction must be at least 0 and below 1, was " + validationFraction);
    }
    if (validationFraction > 0 && count < 2) {
      throw new IllegalArgumentException(
          "one scene cannot be both trained on and held out; raise count or set"
              + " validationFraction to 0");
    }
  }

  /** Returns the number of scenes that are held out: the last ones. */
  public int validationCount() {
    if (validationFraction == 0) {
      return 0;
    }
    long wanted = Math.round(count * validationFraction);
    return (int) Math.min(count - 1, Math.max(1, wanted));
  }

  /** Returns the number of scenes to train on: the first ones. */
  public int trainCount() {
    return count - validationCount();
  }

  /** Starts from the defaults: 64 pixels, seed 0, 1024 scenes a tar, an eighth held out, JPEG. */
  public static Builder builder(int count) {
    return new Builder(count);
  }

  /** Collects settings one by one. */
  public static final class Builder {

    private final int count;
    private int size = 64;
    private long seed;
    private int samplesPerShard = 1024;
    private double validationFraction = 0.125;
    private PictureFormat format = PictureFormat.JPEG;

    private Builder(int count) {
      this.count = count;
    }

    /** Sets rows and columns of the pictures. */
    public Builder size(int pixels) {
      size = pixels;
      return this;
    }

    /** Sets what decides every scene. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets how many scenes one tar holds. */
    public Builder samplesPerShard(int samples) {
      samplesPerShard = samples;
      return this;
    }

    /** Sets the share of scenes that is held out. */
    public Builder validationFraction(double fraction) {
      validationFraction = fraction;
      return this;
    }

    /** Sets how colour pictures are stored. */
    public Builder format(PictureFormat value) {
      format = value;
      return this;
    }

    /** Returns the settings, or says which of them cannot be. */
    public SceneDatasetSettings build() {
      return new SceneDatasetSettings(
          count, size, seed, samplesPerShard, validationFraction, format);
    }
  }
}
