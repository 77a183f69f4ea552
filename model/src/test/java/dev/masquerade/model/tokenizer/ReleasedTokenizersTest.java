package dev.masquerade.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.SparseWeights;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.ReleasedTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every released tokenizer is opened for a modality. Stand-ins have the configs of the released
 * ones, which say nothing of their domain, smaller coders, and zeros in sparse files.
 */
class ReleasedTokenizersTest {

  private static final long WIDTH = 64;

  @TempDir Path directory;

  static List<ReleasedTokenizer> released() {
    return ReleasedTokenizer.all();
  }

  private static boolean vectors(ReleasedTokenizer released) {
    return released.classes() == 0 && released.channels() != 1 && released.channels() != 3;
  }

  private Path write(ReleasedTokenizer released) throws IOException {
    boolean places = released.codebooks() > 1;
    int edge = released.name().contains("DINOv2-B14_") ? 16 : 14;
    JsonObject config = new JsonObject();
    config.addProperty("codebook_size", released.codes());
    config.addProperty("num_codebooks", released.codebooks());
    config.addProperty("quant_type", places ? "memcodes" : "lucid");
    config.addProperty("latent_dim", 2 * released.codebooks());
    config.addProperty("n_labels", released.classes());
    config.addProperty("n_channels", released.channels() == 0 ? 24 : released.channels());
    config.addProperty("enc_type", places ? "BottleneckMLP/B_1-Wi_16" : "vit_b_enc");
    config.addProperty(
        "dec_type",
        released.generates() ? "unet_patched" : places ? "BottleneckMLP/B_1-Wi_16" : "vit_b_dec");
    config.addProperty("image_size", places ? 1 : vectors(released) ? edge : 16 * edge);
    config.addProperty("patch_size", vectors(released) ? 1 : 16);
    config.addProperty("patch_proj", !vectors(released));
    Files.writeString(directory.resolve(StoredModel.CONFIG), config.toString());

    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (String side : List.of("encoder", "decoder")) {
      shapes.put(side + ".pos_emb", List.of(1L, WIDTH, (long) edge, (long) edge));
      shapes.put(side + ".blocks.0.norm1.weight", List.of(WIDTH));
    }
    Path weights = directory.resolve(StoredModel.WEIGHTS);
    Path hints = directory.resolve("hints.safetensors");
    SparseWeights.write(hints, places ? Map.of("none", List.of(1L)) : shapes, Map.of());
    Map<String, List<Long>> all = new LinkedHashMap<>();
    try (TensorSource tensors = TensorSource.open(hints)) {
      ConfigJson.read(directory.resolve(StoredModel.CONFIG), tensors)
          .layout()
          .owners()
          .forEach(spec -> all.put(spec.name(), spec.shape()));
    }
    SparseWeights.write(weights, all, Map.of());
    return directory;
  }

  private static ModalityName modality(ReleasedTokenizer released) {
    String kind = released.name().substring("4M_tokenizers_".length()).split("_")[0];
    return new ModalityName("tok_" + kind.replace('-', '_'));
  }

  private static FrameContent content(ReleasedTokenizer released) {
    String name = released.name();
    if (name.contains("depth")) {
      return FrameContent.DEPTH;
    }
    if (name.contains("normal")) {
      return FrameContent.NORMALS;
    }
    if (name.contains("semseg")) {
      return FrameContent.CLASSES;
    }
    return name.contains("rgb") ? FrameContent.COLOURS : FrameContent.GREY;
  }

  @ParameterizedTest
  @MethodSource("released")
  void released_isOpenedForAModality(ReleasedTokenizer released) throws IOException {
    TokenCodec codec = new NetworkCodecReader(new TokenizerDevice()).open(write(released));

    assertThat(codec.vocabularySize()).isEqualTo(released.codes());
    assertThat(codec.fingerprint()).hasSize(64);
    if (codec instanceof FrameCodec frames) {
      FrameCodec meant = frames.as(modality(released));
      assertThat(meant.frames().content()).isEqualTo(content(released));
      assertThat(meant.frames().standardised()).isEqualTo(content(released) == FrameContent.DEPTH);
      assertThat(meant.grid()).isEqualTo(new TokenLayout.Grid(14, 14));
    } else {
      assertThat(vectors(released)).isTrue();
      assertThat(codec.grid().places() % released.codebooks()).isZero();
      Planes decoded = codec.decode(new int[codec.grid().places()]);
      assertThat(decoded.channels()).isEqualTo(codec.channels());
      assertThat(decoded.height() * decoded.width())
          .isEqualTo(codec.grid().places() / released.codebooks());
    }
  }
}
