package dev.masquerade.modality.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.StoredMember;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.TestPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodebookContractTest extends ModalityContract {

  @TempDir private static Path directory;

  @BeforeAll
  void fit() throws IOException {
    PatchCodebook.fit(
            TestFrames.colours(20, 32, 3),
            CodebookSettings.of(FrameContent.COLOURS, 0, 32, 8, 24, 1))
        .save(directory.resolve("rgb.npz"));
  }

  @Override
  protected ModalityPlugin plugin() {
    return new CodePlugin();
  }

  @Override
  protected String type() {
    return "tok_rgb";
  }

  @Override
  protected ModalitySettings settings() {
    return settings(32, 0);
  }

  private ModalitySettings settings(int size, int vocabulary) {
    return new ModalitySettings(
        new ModalityName("tok_rgb@" + size),
        0,
        0,
        vocabulary,
        0,
        0,
        Optional.of(directory.resolve("rgb.npz")),
        Set.of(),
        Map.of());
  }

  @Override
  protected List<StoredMember> members() {
    return List.of(
        new StoredMember(TestPictures.store(TestPictures.colours(50, 40), "jpg"), "jpg"),
        new StoredMember(TestPictures.store(TestPictures.colours(32, 32), "png"), "png"),
        new StoredMember(TestPictures.webp(33, 31, 10, 20, 30), "webp"));
  }

  @Test
  void codebookOfAnotherSize_isRefused() {
    ImageTokenModality tokens = new ImageTokenModality(16_384, 16, null);
    assertThatThrownBy(() -> tokens.open(settings(64, 0)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("64 pixels")
        .hasMessageContaining("32 x 32");
    assertThatThrownBy(() -> tokens.open(settings(32, 512)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("its codebook has 24");
  }

  @Test
  void depthFlipsAndKeepsItsUnit() throws BadSampleException {
    FrameReader reader = new FrameReader(FrameContent.DEPTH, 0, 0.25, new FrameSize(1, 2), 100);
    byte[] png = TestPictures.store(TestPictures.grey(2, 1, true, new int[] {500, 30000}), "png");
    assertThat(reader.decode(png).planes(View.WHOLE).values()).containsExactly(125f, 7500f);
    Planes flipped = reader.decode(png).planes(new View(0, 0, 1, 1, true, 0));
    assertThat(flipped.values()).containsExactly(7500f, 125f);
  }

  @Test
  void normalsFlipTheirX() throws BadSampleException {
    FrameReader reader = new FrameReader(FrameContent.NORMALS, 0, 1, new FrameSize(4, 4), 100);
    byte[] png = TestPictures.store(TestPictures.colours(4, 4), "png");
    Planes plain = reader.decode(png).planes(View.WHOLE);
    Planes flipped = reader.decode(png).planes(new View(0, 0, 1, 1, true, 0));
    assertThat(flipped.at(0, 2, 0)).isEqualTo(-plain.at(0, 2, 3));
    assertThat(flipped.at(1, 2, 0)).isEqualTo(plain.at(1, 2, 3));
  }

  @Test
  void classBeyondTheDeclaredOnes_isABadSample() throws BadSampleException {
    FrameReader reader = new FrameReader(FrameContent.CLASSES, 3, 1, new FrameSize(1, 2), 100);
    byte[] png = TestPictures.store(TestPictures.grey(2, 1, false, new int[] {2, 3}), "png");
    StoredFrame frame = reader.decode(png);
    assertThatThrownBy(() -> frame.classes(View.WHOLE))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("class 3 is outside the 3 classes");
  }
}
