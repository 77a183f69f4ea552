package dev.masquerade.train.probe;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.label.ClassNames;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.modality.image.ViewSampler;
import java.io.IOException;
import java.util.List;

/** Stored images, looked at anew in every epoch. */
public final class AugmentedImages implements LabelledPictures {

  private final ImageSource source;
  private final int[] images;
  private final int[] labels;
  private final ClassNames classes;
  private final Augmenter augmenter;
  private final ViewSampler sampler;
  private final SampleStreams streams;

  /**
   * Reads the labels of images.
   *
   * @param images numbers of those to use
   * @param classes what their labels are
   * @param augmenter what is looked at
   * @param sampler resizes it to the size the model takes
   * @param streams of the run
   * @throws IllegalArgumentException if an image has no label, or one of none of the classes; names
   *     the image
   */
  public AugmentedImages(
      ImageSource source,
      int[] images,
      ClassNames classes,
      Augmenter augmenter,
      ViewSampler sampler,
      SampleStreams streams)
      throws IOException {
    this.source = source;
    this.images = images.clone();
    this.classes = classes;
    this.augmenter = augmenter;
    this.sampler = sampler;
    this.streams = streams;
    this.labels = new int[images.length];
    for (int sample = 0; sample < images.length; sample++) {
      labels[sample] = number(images[sample]);
    }
  }

  private int number(int image) throws IOException {
    String name = source.name(image);
    String label = source.label(image);
    if (label.isEmpty()) {
      throw new IllegalArgumentException(
          name + ": it has no label. Lay images out as CLASS/FILE, or give samples a member label");
    }
    try {
      return classes.number(label);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int samples() {
    return images.length;
  }

  @Override
  public int label(int sample) {
    return labels[sample];
  }

  @Override
  public List<String> classes() {
    return classes.names();
  }

  @Override
  public PixelImage picture(int sample, long epoch) throws IOException {
    String name = source.name(images[sample]);
    PixelImage image;
    try {
      image = source.read(images[sample]);
    } catch (BadSampleException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
    View view =
        augmenter.view(
            SampleFrame.of(image.height(), image.width()),
            streams.stream(epoch, name, Purpose.VIEW));
    PixelImage seen = sampler.colours(image, view);
    byte[] samples = view.retouch().apply(seen.samples(), seen.height(), seen.width());
    return new PixelImage(seen.height(), seen.width(), seen.channels(), samples);
  }
}
