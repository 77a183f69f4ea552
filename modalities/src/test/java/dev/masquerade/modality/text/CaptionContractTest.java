package dev.masquerade.modality.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import dev.masquerade.modality.View;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaptionContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new TextPlugin();
  }

  @Override
  protected String type() {
    return "caption";
  }

  @Override
  protected ModalitySettings settings() {
    return settings("caption", 8, Map.of());
  }

  static ModalitySettings settings(String name, int maxTokens, Map<String, String> options) {
    return new ModalitySettings(
        new ModalityName(name),
        0,
        0,
        0,
        maxTokens,
        0,
        Optional.of(TestTokenizer.file()),
        Set.of(),
        options);
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember("A red cube.\n".getBytes(UTF_8), "txt"),
        new StoredMember("[\"a red cube\", {\"caption\": \"a sphere\"}]".getBytes(UTF_8), "json"));
  }

  private static ModalityTokenizer open(Map<String, String> options) {
    return new CaptionModality().open(settings("caption", 8, options));
  }

  private static String read(ModalityTokenizer tokenizer, TokenizedModality tokens) {
    return tokenizer.text().orElseThrow().decode(((IdSequence) tokens).ids());
  }

  @Test
  void text_endsWithTheEndTokenUnlessItIsCut() throws BadSampleException {
    ModalityTokenizer tokenizer = open(Map.of());
    IdSequence brief =
        (IdSequence) tokenizer.decode("red cube".getBytes(UTF_8), "txt").tokenize(View.WHOLE);
    assertThat(brief.ids()).hasSize(3).endsWith(3);
    IdSequence cut =
        (IdSequence)
            tokenizer
                .decode("red cube red cube red cube red cube".getBytes(UTF_8), "txt")
                .tokenize(View.WHOLE);
    assertThat(cut.ids()).hasSize(8).doesNotContain(3);
  }

  @Test
  void truth_isTheChosenTextWhole() throws BadSampleException {
    String many = "[\"A Red cube, a red cube, a red cube, a red cube\", \"a sphere\"]";
    DecodedModality decoded =
        new CaptionModality()
            .open(settings("caption", 8, Map.of()))
            .decode(many.getBytes(UTF_8), "json");
    assertThat(decoded.text(View.WHOLE)).hasValue("A Red cube, a red cube, a red cube, a red cube");
    assertThat(decoded.text(new View(0, 0, 1, 1, false, 1))).hasValue("a sphere");
    assertThat(decoded.boxes(View.WHOLE)).isEmpty();
  }

  @Test
  void severalCaptions_goByCropOrAreTheFirst() throws BadSampleException {
    ModalityTokenizer tokenizer = open(Map.of());
    DecodedModality decoded = tokenizer.decode("[\"red\", \"blue\"]".getBytes(UTF_8), "json");
    assertThat(read(tokenizer, decoded.tokenize(View.WHOLE))).isEqualTo("red");
    assertThat(read(tokenizer, decoded.tokenize(new View(0, 0, 1, 1, false, 1)))).isEqualTo("blue");
    assertThat(read(tokenizer, decoded.tokenize(new View(0, 0, 1, 1, false, 7)))).isEqualTo("red");
  }

  @Test
  void randomChoice_followsTheSeed() throws BadSampleException {
    ModalityTokenizer tokenizer = open(Map.of("choose", "random"));
    DecodedModality decoded = tokenizer.decode("[\"red\", \"blue\"]".getBytes(UTF_8), "json");
    Set<String> seen = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      View view = View.WHOLE.withSeed(seed);
      String first = read(tokenizer, decoded.tokenize(view));
      assertThat(read(tokenizer, decoded.tokenize(view))).isEqualTo(first);
      seen.add(first);
    }
    assertThat(seen).containsExactlyInAnyOrder("red", "blue");
  }

  @Test
  void emptyCaption_isNoContent() {
    for (String text : List.of("", "  \n", "[]", "[\"\"]")) {
      String extension = text.startsWith("[") ? "json" : "txt";
      assertThatThrownBy(() -> open(Map.of()).decode(text.getBytes(UTF_8), extension))
          .isInstanceOf(BadSampleException.class)
          .hasMessage("text is empty");
    }
  }

  @Test
  void bytesThatAreNotUtf8_areABadSample() {
    assertThatThrownBy(() -> open(Map.of()).decode(new byte[] {'a', (byte) 0xff}, "txt"))
        .isInstanceOf(BadSampleException.class)
        .hasMessage("text is not UTF-8");
  }
}
