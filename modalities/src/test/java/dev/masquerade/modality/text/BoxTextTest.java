package dev.masquerade.modality.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.View;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes that were written as text, read back. */
class BoxTextTest {

  private static final int BINS = 10;

  private static final TextTokenizer TOKENIZER = TextTokenizer.load(TestTokenizer.file());

  private static List<ObjectBox> read(String text) {
    BoxCodec codec = new BoxText(TOKENIZER, BINS);
    return codec.boxes(TOKENIZER.encode(text));
  }

  @Test
  void twoBoxes_areReadInOrder() {
    List<ObjectBox> boxes = read("v0=0 v1=3 v2=9 v3=6 cube v0=1 v1=1 v2=2 v3=2 sphere");

    assertThat(boxes).extracting(ObjectBox::name).containsExactly("cube", "sphere");
    assertThat(boxes.get(0).top()).isCloseTo(3 / 9.0, within(1e-9));
    assertThat(boxes.get(0).right()).isEqualTo(1);
  }

  @Test
  void whatIsNoWholeBox_isLeftOut() {
    assertThat(read("cube v0=1 v1=1 v2=2 sphere v0=3 v1=3 v2=3 v3=5 cube v0=1 v1=1 v2=2 v3=2"))
        .isEmpty();
    assertThat(read("v0=1 v2=1 v1=2 v3=2 sphere v0=1 v1=1 v2=2 v3=2 cube"))
        .extracting(ObjectBox::name)
        .containsExactly("cube");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v0=0 v1=3 v2=9 cube | \"cube\" stands behind 3 of 4 corners",
        "v0=0 v1=3 v2=9 v3=10 cube | \"v3=10\" is no whole number between 0 and 9",
        "v0=0 v1=3 v2=9 v3=x cube | \"v3=x\" is no whole number",
        "v0=0 v2=3 v1=9 v3=9 cube | \"v2=3\" stands where v1= belongs",
        "v0=0 v1=3 v2=9 v3=9 | the last has no class",
        "cube | stands behind 0 of 4 corners",
        "v0=0 v1=3 v2=9 v3=9 cube v0=1 v1=2 | the last has 2 corners",
        "v0=0 v1=3 v2=9 v3=9 v4=2 cube | \"v4=2\" stands where a class belongs",
      })
  void writtenBoxThatIsNone_isRefused(String text, String message) {
    BoxCodec codec = new BoxText(TOKENIZER, BINS);

    assertThatThrownBy(() -> codec.require(text, true))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void writtenBoxes_areTaken() throws BadSampleException {
    BoxCodec codec = new BoxText(TOKENIZER, BINS);

    codec.require("v0=0 v1=3 v2=9 v3=9 cube v0=1 v1=1 v2=2 v3=2 small cone", true);
    codec.require("v2=9 v3=9 cube v0=1", false);
  }

  @Test
  void boxOfAFlippedCrop_isPutBackIntoItsPicture() {
    View view = new View(0.5, 0.25, 0.5, 0.5, true, 0);

    ObjectBox box = new ObjectBox(0, 0, 0.5, 1, "cube").outOf(view);

    assertThat(box).isEqualTo(new ObjectBox(0.5, 0.5, 0.75, 1, "cube"));
  }
}
