package dev.masquerade.modality.sequence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenSequenceContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new SequencePlugin();
  }

  @Override
  protected String type() {
    return "token_sequence";
  }

  @Override
  protected ModalitySettings settings() {
    return new ModalitySettings(
        new ModalityName("audio_codes"),
        0,
        0,
        300,
        6,
        0,
        Optional.empty(),
        Set.of(),
        Map.of("vocab_offset", "204"));
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(NpyArray.write(new int[] {0, 95, 3}, 3), "npy"),
        new StoredMember("[[1, 2], [3, 4, 5]]".getBytes(UTF_8), "json"));
  }

  private ModalityTokenizer open() {
    return new TokenSequenceModality().open(settings());
  }

  @Test
  void ids_areMovedUpAndHaveNoEndToken() throws BadSampleException {
    IdSequence tokens =
        (IdSequence) open().decode("[0, 95]".getBytes(UTF_8), "json").tokenize(View.WHOLE);
    assertThat(tokens.ids()).containsExactly(204, 299);
  }

  @Test
  void crops_goByTheirIndex() throws BadSampleException {
    View second = new View(0, 0, 1, 1, false, 1);
    IdSequence tokens =
        (IdSequence)
            open().decode(NpyArray.write(new int[] {1, 2, 3, 4}, 2, 2), "npy").tokenize(second);
    assertThat(tokens.ids()).containsExactly(207, 208);
  }

  @Test
  void idBeyondTheVocabularyAfterTheOffset_isABadSample() {
    assertThatThrownBy(() -> open().decode("[96]".getBytes(UTF_8), "json"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("96");
    assertThatThrownBy(() -> open().decode(NpyArray.write(new int[] {96}, 1), "npy"))
        .isInstanceOf(BadSampleException.class);
  }

  @Test
  void tooManyIds_areABadSample() {
    assertThatThrownBy(() -> open().decode("[1,1,1,1,1,1,1]".getBytes(UTF_8), "json"))
        .isInstanceOf(BadSampleException.class)
        .hasMessage("there are 7 ids, more than max_tokens 6");
  }
}
