package dev.masquerade.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
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
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored content becomes ids through networks, as a data set's modalities do. */
class StoredContentTest {

  private static final int CODES = 16;
  private static final int CLASSES = 5;
  private static final int CHANNELS = 6;

  @TempDir Path directory;

  private static ModalityCatalogue catalogue() {
    List<Module> modules = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> modules.add(plugin.module()));
    Injector injector = Guice.createInjector(modules);
    return new ModalityCatalogue(
        injector.getInstance(Key.get(new TypeLiteral<Map<String, Modality>>() {})));
  }

  private ModalityTokenizer open(
      String name, ModalitySpec image, VqEncoderConfig tokens, CoderShape decoder)
      throws IOException {
    VqDescription description =
        new VqDescription(new VqConfig(tokens, decoder, false, VqConfig.usualLoss(tokens)), image);
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    Path file = directory.resolve("network.safetensors");
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    return catalogue()
        .open(
            "image_tokens",
            new ModalitySettings(
                new ModalityName(name), 0, 0, 0, 0, 0, Optional.of(file), Set.of(), Map.of()));
  }

  private static ModalitySpec spec(String name, TokenSpace space, int rows, int columns) {
    return new ModalitySpec(
        new ModalityName(name), space, new TokenLayout.Grid(rows, columns), Set.of(Role.INPUT));
  }

  private ModalityTokenizer classMaps() throws IOException {
    return open(
        "tok_semseg@8",
        spec("semseg@8", new TokenSpace.ClassPatches(4, CLASSES), 2, 2),
        new VqEncoderConfig(
            4,
            CLASSES,
            2,
            2,
            4,
            new CoderShape.VisionTransformer(8, 1, 2, false),
            4,
            new QuantizerConfig.Codebook(CodeDistance.COSINE, CODES),
            false),
        new CoderShape.VisionTransformer(8, 1, 2, false));
  }

  private ModalityTokenizer features(String name, int rows, int columns, int books)
      throws IOException {
    CoderShape pointWise = new CoderShape.PointWise(16, 1, 4);
    return open(
        name,
        spec("clip", new TokenSpace.Continuous(CHANNELS), rows, columns),
        new VqEncoderConfig(
            CHANNELS,
            0,
            rows,
            columns,
            1,
            pointWise,
            2 * books,
            new QuantizerConfig.Memcodes(CODES, books, 1),
            false),
        pointWise);
  }

  private static byte[] png(int... numbers) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, numbers[i]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static int[] ids(DecodedModality decoded) throws BadSampleException {
    return ((TokenizedModality.IdGrid) decoded.tokenize(View.WHOLE)).ids();
  }

  @Test
  void classMapsWithPixelsWithoutAClass_travelAsOnePlane_andBecomeIds() throws Exception {
    ModalityTokenizer tokenizer = classMaps();
    TokenCodec codec = tokenizer.codec().orElseThrow();
    int[] numbers = new int[64];
    for (int i = 0; i < 64; i++) {
      numbers[i] = i % 3 == 0 ? 255 : i % CLASSES;
    }
    DecodedModality holes = tokenizer.decode(png(numbers), "png");
    Planes content = holes.content(View.WHOLE).orElseThrow();

    assertThat(content.channels()).isEqualTo(1);
    assertThat(content.values()[0]).isEqualTo(255);
    assertThat(ids(holes)).hasSize(4).isEqualTo(codec.encodeAll(List.of(content)).get(0));
    Planes shown = holes.planes(View.WHOLE).orElseThrow();
    for (int i = 0; i < 64; i++) {
      for (int id = 0; id < CLASSES; id++) {
        assertThat(shown.at(id, i / 8, i % 8)).isEqualTo(id == numbers[i] ? 1 : 0);
      }
    }

    for (int i = 0; i < 64; i++) {
      numbers[i] = i % CLASSES;
    }
    DecodedModality whole = tokenizer.decode(png(numbers), "png");
    Planes truth = whole.planes(View.WHOLE).orElseThrow();
    assertThat(truth.channels()).isEqualTo(CLASSES);
    assertThat(codec.encode(truth)).isEqualTo(ids(whole));

    numbers[9] = CLASSES;
    DecodedModality unknown = tokenizer.decode(png(numbers), "png");
    assertThatThrownBy(() -> unknown.content(View.WHOLE))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("class 5 is outside the 5 classes");
  }

  @Test
  void featureMaps_becomeIds_andBack_whicheverWayTheyAreStored() throws Exception {
    ModalityTokenizer tokenizer = features("tok_clip@4x3", 2, 3, 2);
    float[] first = new float[CHANNELS * 6];
    float[] last = new float[CHANNELS * 6];
    for (int c = 0; c < CHANNELS; c++) {
      for (int place = 0; place < 6; place++) {
        float value = (float) Math.sin(1 + 7 * c + 3 * place);
        first[c * 6 + place] = value;
        last[place * CHANNELS + c] = value;
      }
    }
    TokenCodec codec = tokenizer.codec().orElseThrow();
    DecodedModality stored = tokenizer.decode(NpyArray.write(first, CHANNELS, 2, 3), "npy");

    int[] ids = ids(stored);
    assertThat(ids).hasSize(12);
    assertThat(ids(tokenizer.decode(NpyArray.write(last, 6, CHANNELS), "npy"))).isEqualTo(ids);
    Planes content = stored.content(View.WHOLE).orElseThrow();
    assertThat(content.values()).isEqualTo(first);
    assertThat(codec.encodeAll(List.of(content)).get(0)).isEqualTo(ids);
    assertThat(codec.decode(ids).channels()).isEqualTo(CHANNELS);
    // Whole numbers are ids still.
    DecodedModality found = tokenizer.decode(NpyArray.write(ids, 4, 3), "npy");
    assertThat(ids(found)).isEqualTo(ids);
    assertThat(found.planes(View.WHOLE)).isEmpty();
  }

  @Test
  void globalEmbeddings_areSingleVectors() throws Exception {
    ModalityTokenizer tokenizer = features("tok_clip_whole@2x2", 1, 1, 4);
    float[] vector = {1, -2, 3, 0.5f, -1, 2};
    int[] ids = ids(tokenizer.decode(NpyArray.write(vector, CHANNELS), "npy"));
    assertThat(ids).hasSize(4);
    assertThat(ids(tokenizer.decode(NpyArray.write(vector, CHANNELS, 1, 1), "npy"))).isEqualTo(ids);
    assertThatThrownBy(() -> tokenizer.decode(NpyArray.write(new float[7], 7), "npy"))
        .isInstanceOf(BadSampleException.class)
        .hasMessageContaining("features of shape (7,) do not fit 1 x 1 places of 6 numbers");
  }
}
