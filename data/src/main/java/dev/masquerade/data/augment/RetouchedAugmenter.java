package dev.masquerade.data.augment;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.Retouch;
import dev.masquerade.modality.View;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** Looks at what another augmenter chooses, and retouches it. */
public final class RetouchedAugmenter implements Augmenter {

  private final Augmenter choice;
  private final List<Retoucher> retouchers;

  /**
   * Creates it.
   *
   * @param choice what is looked at
   * @param retouchers applied in this order
   */
  public RetouchedAugmenter(Augmenter choice, List<Retoucher> retouchers) {
    this.choice = choice;
    this.retouchers = List.copyOf(retouchers);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    View view = choice.view(frame, rng);
    return view.withRetouch(new Drawn(retouchers, rng.nextLong()));
  }

  /** One draw: all that follows from a seed. */
  private record Drawn(List<Retoucher> retouchers, long seed) implements Retouch {
    @Override
    public byte[] apply(byte[] rgb, int height, int width) {
      UniformRandomProvider rng = new SampleStreams(seed).stream(0, "", Purpose.VIEW);
      byte[] result = rgb.clone();
      for (Retoucher retoucher : retouchers) {
        result = retoucher.retouch(result, height, width, rng);
      }
      return result;
    }
  }

  @Override
  public String toString() {
    return choice + ", " + retouchers;
  }
}
