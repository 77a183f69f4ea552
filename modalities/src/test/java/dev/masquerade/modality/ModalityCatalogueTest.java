package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModalityCatalogueTest {

  /** All built-in modalities, found as a program finds them. */
  static ModalityCatalogue builtIn() {
    List<Module> modules = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> modules.add(plugin.module()));
    Injector injector = Guice.createInjector(modules);
    return new ModalityCatalogue(
        injector.getInstance(Key.get(new TypeLiteral<Map<String, Modality>>() {})));
  }

  @Test
  void builtIns_coverFourM7AndTheGenericKinds() {
    assertThat(builtIn().names())
        .contains("rgb", "tok_rgb", "tok_depth", "tok_normal", "tok_semseg", "tok_clip")
        .contains("caption", "det", "t5_caption", "metadata")
        .contains("image", "image_tokens", "text", "text_chunks")
        .contains("token_sequence", "sequence_embedding");
  }

  @Test
  void unknownName_isRefusedWithTheNearestOne() {
    assertThatThrownBy(() -> builtIn().open(ModalitySettings.of("tok_dpeth@64")))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class, e -> assertThat(e.setting()).isEqualTo("name"))
        .hasMessageContaining("\"tok_dpeth\" is not a known modality. Did you mean \"tok_depth\"?")
        .hasMessageContaining("A plugin must be on the class path to add more.");
  }

  @Test
  void unknownType_isReportedAsTheType() {
    assertThatThrownBy(() -> builtIn().open("imaeg", ModalitySettings.of("left@64")))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class, e -> assertThat(e.setting()).isEqualTo("type"))
        .hasMessageContaining("\"image\"");
  }

  @Test
  void ownNameOfAGenericKind_isKept() {
    ModalitySpec spec = builtIn().open("image", ModalitySettings.of("left@64")).spec();
    assertThat(spec.name()).isEqualTo(new ModalityName("left@64"));
    assertThat(spec.roles()).isEqualTo(Set.of(Role.INPUT));
  }

  @Test
  void fourMNames_haveTheReferencesVocabulariesAndGrids() {
    assertTokens("tok_rgb@224", 16_384, 14, 14);
    assertTokens("tok_rgb@448", 16_384, 28, 28);
    assertTokens("tok_depth@224", 8_192, 14, 14);
    assertTokens("tok_normal@224", 8_192, 14, 14);
    assertTokens("tok_semseg@224", 4_096, 14, 14);
    assertTokens("tok_semseg@24x40", 4_096, 24, 40);
    assertTokens("tok_clip@224", 8_192, 14, 14);
    assertTokens("tok_dinov2@224", 8_192, 16, 16);
    assertTokens("tok_dinov2_global", 8_192, 4, 4);
    ModalitySpec t5 = builtIn().open(ModalitySettings.of("t5_caption")).spec();
    assertThat(t5.space()).isEqualTo(new TokenSpace.Continuous(4_096));
    assertThat(t5.layout()).isEqualTo(new TokenLayout.Vectors(77));
    assertThat(t5.isTarget()).isFalse();
    ModalitySpec rgb = builtIn().open(ModalitySettings.of("rgb@224")).spec();
    assertThat(rgb.layout()).isEqualTo(new TokenLayout.Grid(14, 14));
    assertThat(((TokenSpace.Pixels) rgb.space()).width()).isEqualTo(768);
  }

  private static void assertTokens(String name, int vocabulary, int rows, int columns) {
    ModalitySpec spec = builtIn().open(ModalitySettings.of(name)).spec();
    assertThat(spec.space()).as(name).isEqualTo(new TokenSpace.Discrete(vocabulary));
    assertThat(spec.layout()).as(name).isEqualTo(new TokenLayout.Grid(rows, columns));
  }

  @Test
  void missingSize_isNamedWithAnExample() {
    assertThatThrownBy(() -> builtIn().open(ModalitySettings.of("rgb")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("rgb@224");
  }

  @Test
  void sizeThatIsNoMultipleOfThePatch_isRefused() {
    assertThatThrownBy(() -> builtIn().open(ModalitySettings.of("tok_rgb@100")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("100 is no multiple of the patch size 16");
  }

  @Test
  void textWithoutTokenizer_saysHowToGetOne() {
    assertThatThrownBy(() -> builtIn().open(ModalitySettings.of("caption")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("masquerade tokenizer fit");
  }
}
