package dev.masquerade.modality.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassMapContractTest extends ModalityContract {

  private static final int CLASSES = 6;

  @Override
  protected ModalityPlugin plugin() {
    return new ImagePlugin();
  }

  @Override
  protected String type() {
    return "semseg";
  }

  @Override
  protected ModalitySettings settings() {
    return settings(32, 16, CLASSES, Map.of("stride", "4"));
  }

  private static ModalitySettings settings(
      int size, int patch, int classes, Map<String, String> options) {
    return new ModalitySettings(
        new ModalityName("semseg@" + size),
        0,
        patch,
        classes,
        0,
        0,
        Optional.empty(),
        Set.of(),
        options);
  }

  @Override
  protected List<StoredMember> members() {
    int[] numbers = new int[40 * 30];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i % 40 < 20 ? i / 40 % CLASSES : i % 7 == 0 ? 255 : 2;
    }
    return List.of(new StoredMember(map(40, 30, numbers), "png"));
  }

  private static byte[] map(int width, int height, int... numbers) {
    return TestPictures.store(TestPictures.grey(width, height, false, numbers), "png");
  }

  @Test
  void quarterOfTheResolution_keepsOnePixelOfSixteen() throws BadSampleException {
    ModalityTokenizer tokenizer = new ClassMapModality().open(settings());
    assertThat(tokenizer.spec().space()).isEqualTo(new TokenSpace.ClassPatches(4, CLASSES));
    assertThat(tokenizer.spec().layout()).isEqualTo(new TokenLayout.Grid(2, 2));
  }

  @Test
  void patches_holdTheirClassesRowByRow() throws BadSampleException {
    ModalityTokenizer tokenizer = new ClassMapModality().open(settings(4, 2, CLASSES, Map.of()));
    byte[] png = map(4, 4, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 255, 0, 1, 2);
    TokenizedModality.PixelPatches patches =
        (TokenizedModality.PixelPatches) tokenizer.decode(png, "png").tokenize(View.WHOLE);
    assertThat(patches.values()).containsExactly(0, 1, 4, 5, 2, 3, 0, 1, 2, 3, 255, 0, 4, 5, 1, 2);
  }

  @Test
  void classBeyondTheDeclaredOnes_isABadSample() {
    ModalityTokenizer tokenizer = new ClassMapModality().open(settings(2, 2, CLASSES, Map.of()));
    assertThatThrownBy(() -> tokenizer.decode(map(2, 2, 0, 1, 6, 255), "png").tokenize(View.WHOLE))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("class 6 is outside the 6 classes that were declared");
  }

  @Test
  void numberOfClasses_mustBeDeclared() {
    assertThatThrownBy(() -> new ClassMapModality().open(settings(32, 16, 0, Map.of())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("semseg@32 needs the number of its classes");
    assertThatThrownBy(() -> new ClassMapModality().open(settings(32, 16, 300, Map.of())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("has 300 classes, but a class is one byte");
  }
}
