package org.example.spectrogram;

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
 * Sound as patches of its spectrogram: what an encoder sees of it.
 *
 * <p>Reads {@code patchSize} (default 16) and the options {@code bands} (rows, default 64), {@code
 * frames} (columns of 10 ms, default 192) and {@code rate} (samples per second, default 16,000).
 * Shorter sounds are filled up with silence, longer ones cut.
 */
final class SpectrogramModality implements Modality {

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("bands", "frames", "rate");
    int patch = settings.patchSize() == 0 ? 16 : settings.patchSize();
    int bands = settings.count("bands", 64, 1);
    int frames = settings.count("frames", 192, 1);
    int rate = settings.count("rate", 16_000, 1_000);
    if (bands % patch != 0 || frames % patch != 0) {
      throw new InvalidSettingsException(
          "patch_size",
          "bands ("
              + bands
              + ") and frames ("
              + frames
              + ") must be multiples of the patch size "
              + patch);
    }
    if (settings.roles().contains(Role.TARGET)) {
      throw new InvalidSettingsException(
          "roles", settings.name() + " holds real numbers, which can only be an input");
    }
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Continuous(patch * patch),
            new TokenLayout.Grid(bands / patch, frames / patch),
            Set.of(Role.INPUT));
    return new Tokenizer(spec, patch, new Spectrogram(rate, bands, frames));
  }

  /** Safe for use by several threads: it only holds numbers that never change. */
  private record Tokenizer(ModalitySpec spec, int patch, Spectrogram spectrogram)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("wav");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      Wave wave = Wave.read(bytes);
      if (wave.rate() != spectrogram.rate()) {
        throw new BadSampleException(
            "sound has "
                + wave.rate()
                + " samples per second, "
                + spectrogram.rate()
                + " are declared. Convert it, or set the option rate");
      }
      return new Decoded(patches(spectrogram.of(wave.samples())), patch * patch);
    }

    /** Cuts the (bands, frames) spectrogram into patches, row by row. */
    private float[] patches(float[] values) {
      int frames = spectrogram.frames();
      float[] patches = new float[values.length];
      int at = 0;
      for (int top = 0; top < spectrogram.bands(); top += patch) {
        for (int left = 0; left < frames; left += patch) {
          for (int band = top; band < top + patch; band++) {
            System.arraycopy(values, band * frames + left, patches, at, patch);
            at += patch;
          }
        }
      }
      return patches;
    }
  }

  private record Decoded(float[] patches, int width) implements DecodedModality {

    /** Sound has no place in the picture: crops and flips do not touch it. */
    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public TokenizedModality tokenize(View view) {
      return new TokenizedModality.VectorTokens(patches.clone(), width);
    }
  }
}
