package dev.masquerade.modality.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenCodecs;
import dev.masquerade.modality.TokenizedModality.IdGrid;
import dev.masquerade.modality.View;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredIdsContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new CodePlugin();
  }

  @Override
  protected String type() {
    return "tok_depth";
  }

  @Override
  protected ModalitySettings settings() {
    return ModalitySettings.of("tok_depth@32");
  }

  @Override
  protected List<StoredMember> members() {
    byte[] ids = NpyArray.write(new int[] {5, 6, 7, 8191}, 4);
    return List.of(
        new StoredMember(ids, "npy"),
        new StoredMember(NpyArray.write(new int[] {1, 2, 3, 4}, 2, 2), "npy"),
        new StoredMember(new NpzArchive(Map.of("ids.npy", ids)).write(), "npz"));
  }

  private static ModalityTokenizer open() {
    return new ImageTokenModality(8192, 16, null, new TokenCodecs(Set.of()))
        .open(ModalitySettings.of("tok_depth@32"));
  }

  @Test
  void severalCrops_areTakenByTheirIndex() throws BadSampleException {
    byte[] bytes = NpyArray.write(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 4);
    DecodedModality decoded = open().decode(bytes, "npy");
    assertThat(decoded.storedCrops()).isEqualTo(2);
    assertThat(decoded.frame()).isEmpty();
    assertThat(((IdGrid) decoded.tokenize(new View(0, 0, 1, 1, false, 1))).ids())
        .containsExactly(4, 5, 6, 7);
    assertThatThrownBy(() -> decoded.tokenize(new View(0, 0, 1, 1, false, 2)))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("crop 2");
  }

  @Test
  void otherShape_isABadSampleThatNamesTheShapes() {
    assertThatThrownBy(() -> open().decode(NpyArray.write(new int[9], 3, 3), "npy"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("(3, 3)")
        .hasMessageContaining("2 x 2");
  }

  @Test
  void idOutsideTheVocabulary_isABadSample() throws BadSampleException {
    DecodedModality decoded = open().decode(NpyArray.write(new int[] {1, 2, 3, 8192}, 4), "npy");
    assertThatThrownBy(() -> decoded.tokenize(View.WHOLE))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("8192");
  }
}
