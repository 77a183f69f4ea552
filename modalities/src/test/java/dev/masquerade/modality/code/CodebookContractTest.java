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
import dev.masquerade.modality.TokenCodecs;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.TestPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    ImageTokenModality tokens = tokens();
    assertThatThrownBy(() -> tokens.open(settings(64, 0)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("tok_rgb@64 has frames of 64 pixels, but its tokenizer ")
        .hasMessageContaining("was made for 32");
    assertThatThrownBy(() -> tokens.open(named("tok_rgb@2x8", 0, "rgb.npz")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("tok_rgb@2x8 has frames of 64 x 16 pixels, but its tokenizer ");
    assertThatThrownBy(() -> tokens.open(named("tok_rgb@32", 16, "rgb.npz")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("has patches of 16 pixels, but its tokenizer of 8");
    assertThatThrownBy(() -> tokens.open(settings(32, 512)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("its tokenizer has 24");
  }

  private static ImageTokenModality tokens() {
    return new ImageTokenModality(
        16_384, 16, null, new TokenCodecs(Set.of(new PatchCodebookReader())));
  }

  private static ModalitySettings named(String name, int patch, String file) {
    return new ModalitySettings(
        new ModalityName(name),
        0,
        patch,
        0,
        0,
        0,
        Optional.of(directory.resolve(file)),
        Set.of(),
        Map.of());
  }

  @Test
  void whatIsNoTokenizer_isRefusedWithWhatWouldBe() throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "no tokenizer");
    assertThatThrownBy(() -> tokens().open(named("tok_rgb@32", 0, "notes.txt")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("notes.txt is no tokenizer of pictures")
        .hasMessageContaining("a patch codebook");
    assertThatThrownBy(() -> tokens().open(named("tok_rgb@32", 0, "gone.npz")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("gone.npz does not exist");
  }

  @Test
  void framesTogether_becomeWhatTheyBecomeAlone() throws IOException {
    PatchCodebook codebook = PatchCodebook.load(directory.resolve("rgb.npz"));
    List<Planes> frames = new ArrayList<>();
    TestFrames.colours(3, 32, 8).forEach(frames::add);

    List<int[]> ids = codebook.encodeAll(frames);
    List<Planes> back = codebook.decodeAll(ids);

    for (int i = 0; i < frames.size(); i++) {
      assertThat(ids.get(i)).isEqualTo(codebook.encode(frames.get(i)));
      assertThat(back.get(i).values()).isEqualTo(codebook.decode(ids.get(i)).values());
    }
    assertThat(codebook.fingerprint()).hasSize(64);
  }

  private static FrameReader reader(
      FrameContent content, int classes, double scale, FrameSize size) {
    return new FrameFormat(content, classes, scale, false, size, 1).reader(100);
  }

  @Test
  void standardisedDepth_losesItsUnit() throws BadSampleException {
    FrameReader reader =
        new FrameFormat(FrameContent.DEPTH, 0, 0.5, true, new FrameSize(4, 4), 1).reader(100);
    int[] depths = new int[16];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = 1000 * i;
    }
    byte[] png = TestPictures.store(TestPictures.grey(4, 4, true, depths), "png");
    float[] values = reader.decode(png).planes(View.WHOLE).values();
    assertThat(values[7] + values[8]).isBetween(-0.5f, 0.5f);
    assertThat(values[15]).isBetween(1f, 4f);
  }

  @Test
  void depthFlipsAndKeepsItsUnit() throws BadSampleException {
    FrameReader reader = reader(FrameContent.DEPTH, 0, 0.25, new FrameSize(1, 2));
    byte[] png = TestPictures.store(TestPictures.grey(2, 1, true, new int[] {500, 30000}), "png");
    assertThat(reader.decode(png).planes(View.WHOLE).values()).containsExactly(125f, 7500f);
    Planes flipped = reader.decode(png).planes(new View(0, 0, 1, 1, true, 0));
    assertThat(flipped.values()).containsExactly(7500f, 125f);
  }

  @Test
  void normalsFlipTheirX() throws BadSampleException {
    FrameReader reader = reader(FrameContent.NORMALS, 0, 1, new FrameSize(4, 4));
    byte[] png = TestPictures.store(TestPictures.colours(4, 4), "png");
    Planes plain = reader.decode(png).planes(View.WHOLE);
    Planes flipped = reader.decode(png).planes(new View(0, 0, 1, 1, true, 0));
    assertThat(flipped.at(0, 2, 0)).isEqualTo(-plain.at(0, 2, 3));
    assertThat(flipped.at(1, 2, 0)).isEqualTo(plain.at(1, 2, 3));
  }

  @Test
  void classBeyondTheDeclaredOnes_isABadSample() throws BadSampleException {
    FrameReader reader = reader(FrameContent.CLASSES, 3, 1, new FrameSize(1, 2));
    byte[] png = TestPictures.store(TestPictures.grey(2, 1, false, new int[] {2, 3}), "png");
    StoredFrame frame = reader.decode(png);
    assertThatThrownBy(() -> frame.classes(View.WHOLE))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("class 3 is outside the 3 classes");
  }
}
