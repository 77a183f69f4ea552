package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GridMaskingTest {

  private static final TokenLayout.Grid GRID = new TokenLayout.Grid(3, 4);
  private static final byte UNTOUCHED = 77;

  static Stream<TokenSpace> spacesWithContents() {
    return Stream.of(
        new TokenSpace.Pixels(2, ChannelStatistics.IMAGENET),
        new TokenSpace.ClassPatches(3, 40),
        new TokenSpace.Continuous(5));
  }

  @ParameterizedTest
  @MethodSource("spacesWithContents")
  void contents_areCopiedWhereSeenOrPredictedAndNowhereElse(TokenSpace space) {
    MaskedBatch.Part part = emptyPart(space, Set.of(Role.INPUT, Role.TARGET));
    ModalityMasking.of(part.spec).mask(tokens(part), 4, 5, KeepScheme.ALL, draws(), part, 1);
    int seen = 0;
    int predicted = 0;
    for (int place = 0; place < 12; place++) {
      boolean forEncoder = !part.encoderIgnored[12 + place];
      boolean forDecoder = !part.decoderIgnored[12 + place];
      assertThat(forEncoder && forDecoder).isFalse();
      seen += forEncoder ? 1 : 0;
      predicted += forDecoder ? 1 : 0;
      assertThat(holdsItsToken(part, place)).isEqualTo(forEncoder || forDecoder);
      assertThat(isUntouched(part, place)).isEqualTo(!forEncoder && !forDecoder);
    }
    assertThat(seen).isEqualTo(4);
    assertThat(predicted).isEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("spacesWithContents")
  void inputOnly_isNeverPredictedNorCopiedForTheDecoder(TokenSpace space) {
    MaskedBatch.Part part = emptyPart(space, Set.of(Role.INPUT));
    ModalityMasking.of(part.spec).mask(tokens(part), 4, 5, KeepScheme.ALL, draws(), part, 1);
    assertThat(part.decoderIgnored).containsOnly(true);
    for (int place = 0; place < 12; place++) {
      assertThat(isUntouched(part, place)).isEqualTo(part.encoderIgnored[12 + place]);
    }
  }

  @ParameterizedTest
  @MethodSource("spacesWithContents")
  void wholeTarget_isCopiedWhole(TokenSpace space) {
    MaskedBatch.Part part = emptyPart(space, Set.of(Role.TARGET));
    ModalityMasking.of(part.spec).maskAsTarget(tokens(part), part, 1);
    for (int place = 0; place < 12; place++) {
      assertThat(part.decoderIgnored[12 + place]).isFalse();
      assertThat(holdsItsToken(part, place)).isTrue();
    }
  }

  private static RandomTokenDraws draws() {
    return new RandomTokenDraws(12, RandomSource.XO_RO_SHI_RO_128_PP.create(3));
  }

  /** A part of two rows of which the second is to be masked into. */
  private static MaskedBatch.Part emptyPart(TokenSpace space, Set<Role> roles) {
    ModalitySpec spec = new ModalitySpec(new ModalityName("grid"), space, GRID, roles);
    MaskedBatch batch = MaskedBatch.allocate(List.of(spec), 2);
    batch.addRow("a");
    batch.addRow("b");
    MaskedBatch.Part part = batch.parts().get(0);
    Arrays.fill(part.pixels, UNTOUCHED);
    Arrays.fill(part.vectors, UNTOUCHED);
    return part;
  }

  private static TokenizedModality tokens(MaskedBatch.Part part) {
    if (part.vectors.length > 0) {
      float[] values = new float[12 * part.width];
      for (int i = 0; i < values.length; i++) {
        values[i] = i + 100;
      }
      return new TokenizedModality.VectorTokens(values, part.width);
    }
    byte[] values = new byte[12 * part.width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) -(i % 120 + 1);
    }
    return new TokenizedModality.PixelPatches(values, part.width);
  }

  private static boolean holdsItsToken(MaskedBatch.Part part, int place) {
    int from = place * part.width;
    int at = (12 + place) * part.width;
    for (int i = 0; i < part.width; i++) {
      boolean equal =
          part.vectors.length > 0
              ? part.vectors[at + i] == from + i + 100
              : part.pixels[at + i] == (byte) -((from + i) % 120 + 1);
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUntouched(MaskedBatch.Part part, int place) {
    for (int i = (12 + place) * part.width; i < (13 + place) * part.width; i++) {
      if ((part.vectors.length > 0 ? part.vectors[i] : part.pixels[i]) != UNTOUCHED) {
        return false;
      }
    }
    return true;
  }
}
