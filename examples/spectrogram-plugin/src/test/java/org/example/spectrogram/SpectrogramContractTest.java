package org.example.spectrogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.StoredMember;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole contract, and what it cannot know of sound. */
class SpectrogramContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new SpectrogramPlugin();
  }

  @Override
  protected String type() {
    return "spectrogram";
  }

  @Override
  protected ModalitySettings settings() {
    return ModalitySettings.of("spectrogram");
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(wave(440, 16_000, 1, 32_000), "wav"),
        new StoredMember(wave(1_000, 16_000, 2, 8_000), "wav"));
  }

  private static byte[] wave(double hertz, int rate, int channels, int length) {
    ByteBuffer file =
        ByteBuffer.allocate(44 + 2 * channels * length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes()).putInt(file.capacity() - 8).put("WAVEfmt ".getBytes());
    file.putInt(16).putShort((short) 1).putShort((short) channels).putInt(rate);
    file.putInt(2 * channels * rate).putShort((short) (2 * channels)).putShort((short) 16);
    file.put("data".getBytes()).putInt(2 * channels * length);
    for (int i = 0; i < length; i++) {
      for (int channel = 0; channel < channels; channel++) {
        file.putShort((short) (20_000 * Math.sin(2 * Math.PI * hertz * i / rate)));
      }
    }
    return file.array();
  }

  @Test
  void higherTone_standsInAHigherBand() throws BadSampleException {
    Spectrogram spectrogram = new Spectrogram(16_000, 64, 16);
    int low = loudest(spectrogram.of(Wave.read(wave(440, 16_000, 1, 16_000)).samples()));
    int high = loudest(spectrogram.of(Wave.read(wave(3_000, 16_000, 1, 16_000)).samples()));
    assertThat(low).isBetween(8, 14);
    assertThat(high).isGreaterThan(low + 10);
  }

  private static int loudest(float[] values) {
    int loudest = 0;
    for (int band = 0; band < 64; band++) {
      if (values[band * 16 + 8] > values[loudest * 16 + 8]) {
        loudest = band;
      }
    }
    return loudest;
  }

  @Test
  void otherRate_isABadSampleThatSaysWhatToDo() {
    assertThatThrownBy(
            () ->
                new SpectrogramModality()
                    .open(settings())
                    .decode(wave(440, 44_100, 1, 4_410), "wav"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("44100")
        .hasMessageContaining("option rate");
  }
}
