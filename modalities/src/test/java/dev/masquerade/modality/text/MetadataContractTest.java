package dev.masquerade.modality.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import dev.masquerade.modality.View;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetadataContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new TextPlugin();
  }

  @Override
  protected String type() {
    return "metadata";
  }

  @Override
  protected ModalitySettings settings() {
    return CaptionContractTest.settings("metadata", 40, Map.of());
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(
            "{\"original_width\": 640, \"n_humans\": 3, \"brightness\": 100.5}".getBytes(UTF_8),
            "json"));
  }

  private static List<String> chunks(String json) throws BadSampleException {
    return MetadataChunks.chunks(JsonParser.parseString(json));
  }

  @Test
  void kinds_areNumberedAndBinnedAsInTheReference() throws BadSampleException {
    assertThat(
            chunks(
                "{\"original_width\": 640, \"original_height\": 479, \"n_humans\": 3,"
                    + " \"caption_n_chars\": 5000, \"brightness\": 255, \"entropy\": 5,"
                    + " \"geometric_complexity\": 9, \"watermark_score\": 0.5,"
                    + " \"aesthetic_score\": 5.0}"))
        .containsExactly(
            "v1=0 v0=20",
            "v1=1 v0=14",
            "v1=5 v0=3",
            "v1=2 v0=999",
            "v1=10 v0=49",
            "v1=13 v0=24",
            "v1=17 v0=49",
            "v1=19 v0=1",
            "v1=20 v0=1");
  }

  @Test
  void unknownKind_isNamed() {
    assertThatThrownBy(() -> chunks("{\"brightnes\": 1}"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("Did you mean \"brightness\"?");
  }

  @Test
  void chunks_keepKindAndValueTogetherInAnyOrder() throws BadSampleException {
    ModalityTokenizer tokenizer =
        new ChunkModality(MetadataChunks::chunks, 40, ChunkModality.Order.RANDOM).open(settings());
    StoredMember member = members().get(0);
    boolean moved = false;
    IdSequence first = null;
    for (long seed = 0; seed < 8; seed++) {
      IdSequence tokens =
          (IdSequence) tokenizer.decode(member.bytes(), "json").tokenize(View.WHOLE.withSeed(seed));
      assertThat(tokens.chunkLengths()).containsExactly(2, 2, 2, 1);
      assertThat(tokens.ids()).endsWith(3);
      first = first == null ? tokens : first;
      moved |= !java.util.Arrays.equals(first.ids(), tokens.ids());
    }
    assertThat(moved).isTrue();
  }

  @Test
  void chunksThatDoNotFit_goWithAllThatFollow() throws BadSampleException {
    ModalityTokenizer tokenizer =
        new ChunkModality(ChunkModality::strings, 40, ChunkModality.Order.STORED)
            .open(CaptionContractTest.settings("text_chunks", 4, Map.of()));
    IdSequence tokens =
        (IdSequence)
            tokenizer
                .decode("[\"red cube\", \"red red red\", \"red\"]".getBytes(UTF_8), "json")
                .tokenize(View.WHOLE);
    assertThat(tokens.chunkLengths()).containsExactly(2);
  }
}
