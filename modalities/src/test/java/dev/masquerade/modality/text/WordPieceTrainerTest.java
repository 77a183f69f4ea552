package dev.masquerade.modality.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.SpanMarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceTrainerTest {

  private final TextTokenizer tokenizer = TextTokenizer.load(TestTokenizer.file());

  @Test
  void vocabulary_hasTheLayoutOf4M() {
    assertThat(tokenizer.id("[PAD]")).hasValue(0);
    assertThat(tokenizer.id("[UNK]")).hasValue(1);
    assertThat(tokenizer.id("[SOS]")).hasValue(2);
    assertThat(tokenizer.id("[EOS]")).hasValue(3);
    assertThat(tokenizer.id("[S_0]")).hasValue(4);
    assertThat(tokenizer.id("[S_19]")).hasValue(23);
    assertThat(tokenizer.id("v0=0")).hasValue(24);
    assertThat(tokenizer.id("v3=99")).hasValue(423);
    assertThat(tokenizer.id("dining table")).hasValue(424);
    assertThat(tokenizer.marks()).isEqualTo(new SpanMarks(0, 3, 4, 20));
  }

  @Test
  void trainedTexts_comeBackInSmallLettersWithoutAccents() {
    assertThat(tokenizer.decode(tokenizer.encode("A red CUBE near the sphere")))
        .isEqualTo("a red cube near the sphere");
    assertThat(tokenizer.decode(tokenizer.encode("Naïve café"))).isEqualTo("naive cafe");
    for (String text : TestTokenizer.TEXTS) {
      int[] ids = tokenizer.encode(text);
      assertThat(ids).doesNotContain(1);
      assertThat(tokenizer.encode(tokenizer.decode(ids))).isEqualTo(ids);
    }
  }

  @Test
  void frequentWords_areOneToken() {
    assertThat(tokenizer.encode("sphere")).hasSize(1);
    assertThat(tokenizer.encode("cube")).containsExactly(tokenizer.id("cube").orElseThrow());
  }

  @Test
  void unseenWords_areSpelledInPieces() {
    int[] ids = tokenizer.encode("cubes");
    assertThat(ids).hasSizeGreaterThan(1).doesNotContain(1);
    assertThat(tokenizer.decode(ids)).isEqualTo("cubes");
  }

  @Test
  void sentinelsAndNumbers_areSingleTokens() {
    int[] ids = tokenizer.encode("[S_1] red v0=12 v3=99 dining table");
    assertThat(ids).hasSize(5).startsWith(5);
    assertThat(tokenizer.decode(ids)).isEqualTo("red v0=12 v3=99 dining table");
  }

  @Test
  void orderOfTexts_doesNotMatter() {
    WordPieceTrainer other = new WordPieceTrainer(TestTokenizer.SETTINGS);
    for (int i = TestTokenizer.TEXTS.size() - 1; i >= 0; i--) {
      other.add(TestTokenizer.TEXTS.get(i));
    }
    assertThat(other.train()).isEqualTo(TestTokenizer.trainer().train());
  }

  @Test
  void mostFrequentPair_isMergedFirst() {
    WordPieceTrainer trainer =
        new WordPieceTrainer(new WordPieceSettings(4 + 2 + 4 + 1, 2, 0, List.of(), 0));
    // Letters: a, b, ##a, ##b. The pair (a, ##b) occurs three times, (b, ##a) twice.
    trainer.add("ab ab ab ba ba");
    assertThat(trainer.train()).contains("\"ab\": 10").doesNotContain("\"ba\"");
  }

  @Test
  void vocabularyWithoutRoomForText_isRefused() {
    assertThatThrownBy(() -> new WordPieceSettings(4000, 200, 1000, List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4204");
  }

  @Test
  void tokenizerWithoutSentinels_isRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 0, \"[EOS]\": 1, \"a\": 2}}}");
    assertThatThrownBy(() -> TextTokenizer.load(file))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("[S_0], [S_1]");
    Files.writeString(file, "not json");
    assertThatThrownBy(() -> TextTokenizer.load(file)).isInstanceOf(InvalidSettingsException.class);
  }
}
