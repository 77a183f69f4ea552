package dev.masquerade.modality.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import dev.masquerade.modality.View;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoxContractTest extends ModalityContract {

  private static final String TWO =
      "[{\"class\": \"cube\", \"box\": [0.5, 0.5, 1.0, 1.0], \"score\": 0.9},"
          + " {\"class\": \"sphere\", \"box\": [0.0, 0.25, 0.5, 0.75], \"score\": 0.7}]";

  @Override
  protected ModalityPlugin plugin() {
    return new TextPlugin();
  }

  @Override
  protected String type() {
    return "det";
  }

  @Override
  protected ModalitySettings settings() {
    return CaptionContractTest.settings("det", 64, Map.of());
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(new StoredMember(TWO.getBytes(UTF_8), "json"));
  }

  private static String read(String json, View view, Map<String, String> options)
      throws BadSampleException {
    ModalityTokenizer tokenizer =
        new BoxModality().open(CaptionContractTest.settings("det", 64, options));
    IdSequence tokens = (IdSequence) tokenizer.decode(json.getBytes(UTF_8), "json").tokenize(view);
    assertThat(tokens.ids()).endsWith(3);
    return tokenizer.text().orElseThrow().decode(tokens.ids());
  }

  @Test
  void boxes_areWrittenInBinsByDistanceToTheOrigin() throws BadSampleException {
    assertThat(read(TWO, View.WHOLE, Map.of()))
        .isEqualTo("v0=0 v1=25 v2=50 v3=74 sphere v0=50 v1=50 v2=99 v3=99 cube");
  }

  @Test
  void bins_areThoseAskedFor() throws BadSampleException {
    assertThat(read(TWO, View.WHOLE, Map.of("bins", "11", "order", "score")))
        .isEqualTo("v0=5 v1=5 v2=10 v3=10 cube v0=0 v1=2 v2=5 v3=8 sphere");
  }

  @Test
  void crop_cutsMovesAndDropsBoxes() throws BadSampleException {
    View right = new View(0, 0.5, 1, 0.5, false, 0);
    assertThat(read(TWO, right, Map.of())).isEqualTo("v0=0 v1=50 v2=99 v3=99 cube");
    View upper = new View(0, 0, 0.5, 1, false, 0);
    assertThat(read(TWO, upper, Map.of())).isEqualTo("v0=0 v1=50 v2=50 v3=99 sphere");
  }

  @Test
  void flip_mirrorsTheCrop() throws BadSampleException {
    assertThat(read(TWO, new View(0, 0, 1, 1, true, 0), Map.of("order", "area")))
        .isEqualTo("v0=0 v1=50 v2=50 v3=99 cube v0=50 v1=25 v2=99 v3=74 sphere");
  }

  @Test
  void threshold_dropsUnsureBoxesAndMostAreTheSurest() throws BadSampleException {
    assertThat(read(TWO, View.WHOLE, Map.of("threshold", "0.8")))
        .endsWith("cube")
        .startsWith("v0=50");
    assertThat(read(TWO, View.WHOLE, Map.of("max_boxes", "1"))).startsWith("v0=50");
  }

  @Test
  void truth_isWhatIsStoredCutToTheViewWhateverTokensHold() throws BadSampleException {
    ModalityTokenizer tokenizer =
        new BoxModality()
            .open(CaptionContractTest.settings("det", 64, Map.of("bins", "3", "max_boxes", "1")));
    DecodedModality decoded = tokenizer.decode(TWO.getBytes(UTF_8), "json");
    assertThat(decoded.boxes(View.WHOLE).orElseThrow())
        .containsExactly(
            new ObjectBox(0.5, 0.5, 1, 1, "cube"), new ObjectBox(0, 0.25, 0.5, 0.75, "sphere"));
    assertThat(decoded.boxes(new View(0, 0, 0.5, 1, false, 0)).orElseThrow())
        .containsExactly(new ObjectBox(0, 0.5, 0.5, 1, "sphere"));
    assertThat(decoded.text(View.WHOLE)).isEmpty();
  }

  @Test
  void nothingInView_isTheEndTokenAlone() throws BadSampleException {
    assertThat(read("[]", View.WHOLE, Map.of())).isEmpty();
    assertThat(read(TWO, new View(0, 0.6, 0.4, 0.4, false, 0), Map.of())).isEmpty();
  }

  @Test
  void formOfTheReference_isReadToo() throws BadSampleException {
    String reference =
        "{\"instances\": [{\"boxes\": [0, 0, 1, 1], \"class_name\": \"cube\", \"score\": 0.99}]}";
    assertThat(read(reference, View.WHOLE, Map.of())).isEqualTo("v0=0 v1=0 v2=99 v3=99 cube");
  }

  @Test
  void pixels_areReadWhereTheSizeStandsBeside() throws BadSampleException {
    String pixels =
        "{\"width\": 200, \"height\": 100,"
            + " \"boxes\": [{\"class\": \"cube\", \"box\": [100, 0, 200, 100]}]}";
    assertThat(read(pixels, View.WHOLE, Map.of())).isEqualTo("v0=50 v1=0 v2=99 v3=99 cube");
    assertThatThrownBy(
            () -> read("[{\"class\": \"cube\", \"box\": [10, 0, 20, 1]}]", View.WHOLE, Map.of()))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("outside the picture");
  }

  @Test
  void moreBinsThanTheTokenizerHas_areRefused() {
    assertThatThrownBy(
            () ->
                new BoxModality()
                    .open(CaptionContractTest.settings("det", 64, Map.of("bins", "1000"))))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("v3=999");
  }
}
