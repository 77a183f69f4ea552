package dev.masquerade.modality.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenizedModality.VectorTokens;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.modality.code.NpzArchive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddingContractTest extends ModalityContract {

  private static final float[] VALUES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  @Override
  protected ModalityPlugin plugin() {
    return new SequencePlugin();
  }

  @Override
  protected String type() {
    return "sequence_embedding";
  }

  @Override
  protected ModalitySettings settings() {
    return new ModalitySettings(
        new ModalityName("words"), 0, 0, 0, 2, 2, Optional.empty(), Set.of(), Map.of());
  }

  private static byte[] npz() {
    return new NpzArchive(
            Map.of(
                "emb.npy", NpyArray.write(VALUES, 2, 3, 2),
                "mask_valid.npy",
                    NpyArray.write(new boolean[] {true, false, true, false, false, true}, 2, 3)))
        .write();
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(npz(), "npz"), new StoredMember(NpyArray.write(VALUES, 6, 2), "npy"));
  }

  private float[] read(byte[] bytes, String extension, int crop) throws BadSampleException {
    return ((VectorTokens)
            new EmbeddingModality(0, 256)
                .open(settings())
                .decode(bytes, extension)
                .tokenize(new View(0, 0, 1, 1, false, crop)))
        .values();
  }

  @Test
  void validVectorsOfTheCrop_areKept() throws BadSampleException {
    assertThat(read(npz(), "npz", 0)).containsExactly(1, 2, 5, 6);
    assertThat(read(npz(), "npz", 1)).containsExactly(11, 12);
  }

  @Test
  void longSequences_areCut() throws BadSampleException {
    assertThat(read(NpyArray.write(VALUES, 6, 2), "npy", 0)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void otherWidth_isABadSample() {
    assertThatThrownBy(() -> read(NpyArray.write(VALUES, 4, 3), "npy", 0))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("(4, 3)");
  }

  @Test
  void notANumber_isABadSample() {
    assertThatThrownBy(() -> read(NpyArray.write(new float[] {1, Float.NaN}, 1, 2), "npy", 0))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void missingWidth_isRefused() {
    assertThatThrownBy(
            () -> new EmbeddingModality(0, 256).open(ModalitySettings.of("sequence_embedding")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("number of values");
  }
}
