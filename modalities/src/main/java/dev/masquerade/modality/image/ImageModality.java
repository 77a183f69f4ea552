package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/**
 * Pictures as patches of pixels, which an encoder can see but no decoder can predict.
 *
 * <p>Reads {@code size}, {@code patchSize} (default 16) and the options {@code resample} (nearest,
 * box, bilinear or bicubic, the default) and {@code max_pixels}.
 */
final class ImageModality implements Modality {

  private static final int DEFAULT_PATCH = 16;

  private final ImageContent content;

  ImageModality(ImageContent content) {
    this.content = content;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("resample", "max_pixels");
    int size = settings.size();
    int patch = settings.patchSize() == 0 ? DEFAULT_PATCH : settings.patchSize();
    if (size < 1) {
      throw new InvalidSettingsException(
          "size",
          settings.name()
              + " needs a size in pixels: set it, or name it "
              + settings.name().base()
              + "@224");
    }
    if (patch < 1 || size % patch != 0) {
      throw new InvalidSettingsException(
          "patch_size", "the size " + size + " is no multiple of the patch size " + patch);
    }
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Pixels(patch, content.statistics()),
            new TokenLayout.Grid(size / patch, size / patch),
            settings.roles().isEmpty() ? Set.of(Role.INPUT) : settings.roles());
    ResizeFilter filter = settings.choice("resample", ResizeFilter.class, ResizeFilter.BICUBIC);
    int limit = settings.maxPixels();
    return new Tokenizer(
        spec, content, patch, new ImageDecoder(limit), new ViewSampler(size, size, filter));
  }

  private record Tokenizer(
      ModalitySpec spec, ImageContent content, int patch, ImageDecoder decoder, ViewSampler sampler)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return ImageDecoder.EXTENSIONS;
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return new Decoded(this, decoder.colours(bytes));
    }
  }

  private record Decoded(Tokenizer tokenizer, PixelImage image) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.of(image.size());
    }

    @Override
    public TokenizedModality tokenize(View view) {
      PixelImage seen = retouched(tokenizer.sampler().colours(image, view), view);
      byte[] patches = Patches.split(seen, tokenizer.patch());
      if (view.flipped() && tokenizer.content() == ImageContent.NORMALS) {
        for (int x = 0; x < patches.length; x += 3) {
          patches[x] = (byte) (255 - (patches[x] & 0xff));
        }
      }
      TokenSpace.Pixels space = (TokenSpace.Pixels) tokenizer.spec().space();
      return new TokenizedModality.PixelPatches(patches, space.width());
    }

    private PixelImage retouched(PixelImage seen, View view) {
      if (tokenizer.content() != ImageContent.COLOURS) {
        return seen;
      }
      byte[] samples = view.retouch().apply(seen.samples(), seen.height(), seen.width());
      return new PixelImage(seen.height(), seen.width(), seen.channels(), samples);
    }
  }
}
