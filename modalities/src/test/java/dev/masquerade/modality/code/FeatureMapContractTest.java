package dev.masquerade.modality.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureMapContractTest extends ModalityContract {

  /** Of 2 x 3 places with 4 numbers each: number 10 c + place. */
  private static final int CHANNELS = 4;

  private static final int PLACES = 6;

  @Override
  protected ModalityPlugin plugin() {
    return new CodePlugin();
  }

  @Override
  protected String type() {
    return "feature_map";
  }

  @Override
  protected ModalitySettings settings() {
    return settings("clip@2x3", CHANNELS, Map.of());
  }

  private static ModalitySettings settings(String name, int width, Map<String, String> options) {
    return new ModalitySettings(
        new ModalityName(name), 0, 0, 0, 0, width, Optional.empty(), Set.of(), options);
  }

  private static float[] channelsFirst() {
    float[] values = new float[CHANNELS * PLACES];
    for (int i = 0; i < values.length; i++) {
      values[i] = 10 * (i / PLACES) + i % PLACES;
    }
    return values;
  }

  private static float[] channelsLast() {
    float[] values = new float[CHANNELS * PLACES];
    for (int i = 0; i < values.length; i++) {
      values[i] = 10 * (i % CHANNELS) + i / CHANNELS;
    }
    return values;
  }

  @Override
  protected List<StoredMember> members() {
    byte[] array = NpyArray.write(channelsFirst(), CHANNELS, 2, 3);
    return List.of(
        new StoredMember(array, "npy"),
        new StoredMember(NpyArray.write(channelsLast(), PLACES, CHANNELS), "npy"),
        new StoredMember(new NpzArchive(Map.of("features.npy", array)).write(), "npz"));
  }

  private static ModalityTokenizer open(ModalitySettings settings) {
    return new FeatureMapModality().open(settings);
  }

  private static float[] vectors(ModalityTokenizer tokenizer, byte[] array, int crop)
      throws BadSampleException {
    return ((TokenizedModality.VectorTokens)
            tokenizer.decode(array, "npy").tokenize(new View(0, 0, 1, 1, false, crop)))
        .values();
  }

  @ParameterizedTest
  @CsvSource({"by_shape", "channels_first", "channels_last", "places"})
  void everyLayout_givesTheSameVectorsAndPlanes(String layout) throws BadSampleException {
    ModalityTokenizer tokenizer = open(settings("clip@2x3", CHANNELS, Map.of("layout", layout)));
    assertThat(tokenizer.spec().space()).isEqualTo(new TokenSpace.Continuous(CHANNELS));
    assertThat(tokenizer.spec().layout()).isEqualTo(new TokenLayout.Grid(2, 3));
    byte[] array =
        switch (layout) {
          case "channels_last" -> NpyArray.write(channelsLast(), 2, 3, CHANNELS);
          case "places" -> NpyArray.write(channelsLast(), PLACES, CHANNELS);
          default -> NpyArray.write(channelsFirst(), CHANNELS, 2, 3);
        };
    assertThat(vectors(tokenizer, array, 0)).isEqualTo(channelsLast());
    Planes planes = tokenizer.decode(array, "npy").planes(View.WHOLE).orElseThrow();
    assertThat(planes).isNotNull();
    assertThat(planes.values()).isEqualTo(channelsFirst());
    assertThat(planes.at(3, 1, 2)).isEqualTo(35);
  }

  @Test
  void declaredLayout_refusesOthers_andTwoThatFitAreNotGuessedBetween() throws BadSampleException {
    ModalityTokenizer places = open(settings("clip@2x3", CHANNELS, Map.of("layout", "places")));
    byte[] first = NpyArray.write(channelsFirst(), CHANNELS, 2, 3);
    assertThatThrownBy(() -> places.decode(first, "npy"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("features of shape (4, 2, 3) do not fit 2 x 3 places of 4 numbers")
        .hasMessageContaining("write (6, 4), of several crops");
    byte[] cube = NpyArray.write(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 2, 2);
    ModalityTokenizer unsure = open(settings("clip@2x2", 2, Map.of()));
    assertThatThrownBy(() -> unsure.decode(cube, "npy"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("Set the option layout to channels_first or channels_last");
    assertThat(vectors(open(settings("clip@2x2", 2, Map.of("layout", "channels_first"))), cube, 0))
        .containsExactly(0, 4, 1, 5, 2, 6, 3, 7);
    byte[] ids = NpyArray.write(new int[CHANNELS * PLACES], CHANNELS, 2, 3);
    assertThatThrownBy(() -> open(settings()).decode(ids, "npy"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("features must be real numbers");
    float[] broken = channelsFirst();
    broken[5] = Float.NaN;
    byte[] notFinite = NpyArray.write(broken, CHANNELS, 2, 3);
    assertThatThrownBy(() -> vectors(open(settings()), notFinite, 0))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void cropsAlongTheFirstAxis_areTakenOneByOne() throws BadSampleException {
    float[] two = new float[2 * CHANNELS * PLACES];
    System.arraycopy(channelsFirst(), 0, two, CHANNELS * PLACES, CHANNELS * PLACES);
    byte[] array = NpyArray.write(two, 2, CHANNELS, 2, 3);
    assertThat(open(settings()).decode(array, "npy").storedCrops()).isEqualTo(2);
    assertThat(vectors(open(settings()), array, 1)).isEqualTo(channelsLast());
    assertThat(vectors(open(settings()), array, 0)).containsOnly(0);
    assertThatThrownBy(() -> vectors(open(settings()), array, 2))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("crop 2 was asked for, but features of only 2 are stored");
  }

  @Test
  void globalEmbeddings_areOnePlace() throws BadSampleException {
    ModalityTokenizer tokenizer = open(settings("embedding", 3, Map.of()));
    assertThat(tokenizer.spec().layout()).isEqualTo(new TokenLayout.Grid(1, 1));
    float[] values = {1, 2, 3};
    for (int[] shape : new int[][] {{3}, {1, 3}, {3, 1, 1}, {1, 1, 3}}) {
      assertThat(vectors(tokenizer, NpyArray.write(values, shape), 0)).containsExactly(1, 2, 3);
    }
    assertThat(vectors(tokenizer, NpyArray.write(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), 1))
        .containsExactly(4, 5, 6);
  }

  @Test
  void halfPrecision_isRead() throws BadSampleException {
    byte[] single = NpyArray.write(new float[] {1, -2}, 2);
    String header = new String(single, StandardCharsets.ISO_8859_1);
    int data = single.length - 8;
    ByteBuffer file = ByteBuffer.allocate(data + 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put(header.substring(0, data).replace("<f4", "<f2").getBytes(StandardCharsets.ISO_8859_1));
    file.putShort((short) 0x3c00).putShort((short) 0xc000);
    assertThat(vectors(open(settings("embedding", 2, Map.of())), file.array(), 0))
        .containsExactly(1, -2);
  }

  @Test
  void sizes_becomeGrids_andWidthIsNeeded() {
    ModalitySettings sized =
        new ModalitySettings(
            new ModalityName("dino@224"), 0, 14, 0, 0, 8, Optional.empty(), Set.of(), Map.of());
    assertThat(open(sized).spec().layout()).isEqualTo(new TokenLayout.Grid(16, 16));
    assertThat(open(sized).patchSize()).isEqualTo(1);
    assertThatThrownBy(() -> open(settings("dino@2x2", 0, Map.of())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("needs the number of values");
    assertThatThrownBy(() -> open(settings("dino@30", 8, Map.of())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("no multiple of the patch size 16");
  }
}
