package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that are named with {@code --tokenizer} serve a model's grids of ids. */
class FileTokenizersTest {

  private static final int CODES = 16;
  private static final int BOOKS = 16;
  private static final int WIDTH = 12;
  private static final ModalityName GLOBAL = new ModalityName("tok_dinov2_global");
  private static final ModalityName COLOURS = new ModalityName("tok_rgb@16");

  @TempDir Path directory;

  private static ModalityCatalogue catalogue() {
    List<Module> modules = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> modules.add(plugin.module()));
    Injector injector = Guice.createInjector(modules);
    return new ModalityCatalogue(
        injector.getInstance(Key.get(new TypeLiteral<Map<String, Modality>>() {})));
  }

  private Path write(String name, TokenSpace space, VqEncoderConfig tokens) throws IOException {
    VqDescription description =
        new VqDescription(
            new VqConfig(tokens, tokens.encoder(), false, VqConfig.usualLoss(tokens)),
            new ModalitySpec(
                new ModalityName(name),
                space,
                new TokenLayout.Grid(tokens.rows(), tokens.columns()),
                Set.of(Role.INPUT)));
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    Path file = directory.resolve(name + ".safetensors");
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    return file;
  }

  private Path globalEmbedding() throws IOException {
    return write(
        "features",
        new TokenSpace.Continuous(WIDTH),
        new VqEncoderConfig(
            WIDTH,
            0,
            1,
            1,
            1,
            new CoderShape.PointWise(16, 1, 4),
            2 * BOOKS,
            new QuantizerConfig.Memcodes(CODES, BOOKS, 1),
            false));
  }

  private Path colours() throws IOException {
    return write(
        "rgb",
        new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
        new VqEncoderConfig(
            3,
            0,
            2,
            2,
            4,
            new CoderShape.VisionTransformer(8, 1, 2, false),
            4,
            new QuantizerConfig.Codebook(CodeDistance.COSINE, CODES, 1, false, 0.99, 1, 0, false),
            true));
  }

  private static ModelModalities open(ModalityName name, Path file) {
    return open(name, file, CODES);
  }

  private static ModelModalities open(ModalityName name, Path file, int vocabulary) {
    ModalitySpec spec =
        new ModalitySpec(
            name,
            new TokenSpace.Discrete(vocabulary),
            new TokenLayout.Grid(4, 4),
            Set.of(Role.INPUT, Role.TARGET));
    return ModelModalities.open(List.of(spec), List.of(), Map.of(name, file), catalogue());
  }

  @Test
  void globalEmbedding_isComparedAsTheVectorItDecodesTo() throws IOException {
    ModelModalities modalities = open(GLOBAL, globalEmbedding());
    int[] ids = new int[BOOKS];
    int[] other = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};

    assertThat(modalities.onlyIds(GLOBAL)).isEmpty();
    List<GeneratedContent> contents =
        new ContentDecoder(modalities).decode(GLOBAL, List.of(ids, other));
    Planes first = ((GeneratedContent.Frame) contents.get(0)).planes();
    Planes second = ((GeneratedContent.Frame) contents.get(1)).planes();
    assertThat(GlobalFeatures.averaged(first)).isEqualTo(first.values()).hasSize(WIDTH);
    assertThat(second.values()).isNotEqualTo(first.values());
  }

  @Test
  void namedFileOfOtherTokens_isRefusedWithBothSides() throws IOException {
    Path file = colours();

    assertThatThrownBy(() -> open(COLOURS, file, CODES + 1))
        .isInstanceOf(GenerationRefusedException.class)
        .hasMessageContaining("--tokenizer tok_rgb@16=" + file)
        .hasMessageContaining("" + CODES)
        .hasMessageContaining("" + (CODES + 1));
  }

  @Test
  void fingerprint_isOfContent() throws IOException {
    ModelModalities modalities = open(GLOBAL, globalEmbedding());

    assertThat(modalities.fingerprint(GLOBAL)).isPresent();
    assertThat(modalities.fingerprint(COLOURS)).isEmpty();
  }

  @Test
  void oneFile_servesAnotherSizeThanItsOwn() throws IOException {
    ModelModalities modalities = open(COLOURS, colours());

    assertThat(modalities.onlyIds(COLOURS)).isEmpty();
    assertThat(modalities.tokenizer(COLOURS).codec().orElseThrow().decode(new int[16]).height())
        .isEqualTo(16);
    assertThat(modalities.declaration(COLOURS).orElseThrow().settings().options())
        .containsEntry("resize_tokenizer", "true");
  }
}
