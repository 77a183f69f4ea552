package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/**
 * Depth as patches of numbers, standardised view by view, see {@link Standardisation}. Whatever the
 * unit of the stored numbers, it drops out.
 *
 * <p>Reads {@code size} and {@code patchSize} (default 16), both in pixels of the full picture, and
 * the options {@code stride} (4 keeps a quarter of the resolution; default 1) and {@code
 * max_pixels}.
 */
final class DepthModality implements Modality {

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("stride", "max_pixels");
    FrameSettings frame = FrameSettings.of(settings);
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Continuous(frame.edge() * frame.edge()),
            frame.grid(),
            frame.roles());
    return new Tokenizer(
        spec,
        frame,
        new ImageDecoder(settings.maxPixels()),
        new ViewSampler(frame.stored(), frame.stored(), ResizeFilter.BILINEAR));
  }

  @Override
  public boolean isDeclaredByImport() {
    return false;
  }

  private record Tokenizer(
      ModalitySpec spec, FrameSettings frame, ImageDecoder decoder, ViewSampler sampler)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return ImageDecoder.EXTENSIONS;
    }

    @Override
    public int patchSize() {
      return frame.edge();
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return new Decoded(this, decoder.numbers(bytes));
    }
  }

  private record Decoded(Tokenizer tokenizer, NumberImage image) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.of(image.size());
    }

    @Override
    public TokenizedModality tokenize(View view) {
      float[] seen = standardised(view);
      int size = tokenizer.frame().stored();
      int edge = tokenizer.frame().edge();
      float[] patches = new float[seen.length];
      int at = 0;
      for (int top = 0; top < size; top += edge) {
        for (int left = 0; left < size; left += edge) {
          for (int y = top; y < top + edge; y++) {
            System.arraycopy(seen, y * size + left, patches, at, edge);
            at += edge;
          }
        }
      }
      return new TokenizedModality.VectorTokens(patches, edge * edge);
    }

    @Override
    public Optional<Planes> planes(View view) {
      int size = tokenizer.frame().stored();
      return Optional.of(new Planes(1, size, size, standardised(view)));
    }

    private float[] standardised(View view) {
      float[] seen = tokenizer.sampler().quantities(image, view);
      Standardisation.apply(seen);
      return seen;
    }
  }
}
