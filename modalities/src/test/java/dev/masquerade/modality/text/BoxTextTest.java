package dev.masquerade.modality.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.View;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void boxOfAFlippedCrop_isPutBackIntoItsPicture() {
    View view = new View(0.5, 0.25, 0.5, 0.5, true, 0);

    ObjectBox box = new ObjectBox(0, 0, 0.5, 1, "cube").outOf(view);

    assertThat(box).isEqualTo(new ObjectBox(0.5, 0.5, 0.75, 1, "cube"));
  }
}
