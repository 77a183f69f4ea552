package dev.masquerade.modality.image;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/**
 * Maps of classes as patches: pictures whose numbers are class ids, 255 where a pixel has none.
 * They are resized by the nearest pixel, so that no class appears that was not there.
 *
 * <p>Reads {@code size} and {@code patchSize} (default 16), both in pixels of the full picture,
 * {@code vocabularySize}, the number of classes, and the options {@code stride} (4 keeps a quarter
 * of the resolution; default 1) and {@code max_pixels}.
 */
final class ClassMapModality implements Modality {

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("stride", "max_pixels");
    int classes = settings.vocabularySize();
    if (classes < 1 || classes > TokenSpace.ClassPatches.NO_CLASS) {
      throw new InvalidSettingsException(
          "vocabulary_size",
          settings.name()
              + (classes == 0
                  ? " needs the number of its classes"
                  : " has " + classes + " classes, but a class is one byte and 255 means none"));
    }
    FrameSettings frame = FrameSettings.of(settings);
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.ClassPatches(frame.edge(), classes),
            frame.grid(),
            frame.roles());
    return new Tokenizer(
        spec,
        classes,
        frame.edge(),
        new ImageDecoder(settings.maxPixels()),
        new ViewSampler(frame.stored(), frame.stored(), ResizeFilter.NEAREST));
  }

  @Override
  public boolean isDeclaredByImport() {
    return false;
  }

  @Override
  public Optional<MemberSurvey> survey() {
    return Optional.of(new ClassSurvey());
  }

  private record Tokenizer(
      ModalitySpec spec, int classes, int edge, ImageDecoder decoder, ViewSampler sampler)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return ImageDecoder.EXTENSIONS;
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
    public TokenizedModality tokenize(View view) throws BadSampleException {
      char[] seen = tokenizer.sampler().classes(image, view);
      byte[] classes = new byte[seen.length];
      for (int pixel = 0; pixel < seen.length; pixel++) {
        int id = seen[pixel];
        if (id >= tokenizer.classes() && id != TokenSpace.ClassPatches.NO_CLASS) {
          throw new BadSampleException(
              "class "
                  + id
                  + " is outside the "
                  + tokenizer.classes()
                  + " classes that were declared; 255 means none");
        }
        classes[pixel] = (byte) id;
      }
      int edge = (int) Math.round(Math.sqrt(seen.length));
      byte[] patches = Patches.split(new PixelImage(edge, edge, 1, classes), tokenizer.edge());
      return new TokenizedModality.PixelPatches(patches, tokenizer.edge() * tokenizer.edge());
    }
  }
}
