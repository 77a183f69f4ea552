package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderNames;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.ScalarBound;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DiffusionConfig;
import dev.masquerade.model.codec.diffusion.DivaeConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers leave under the keys of released ones, and come back from them. */
class HubTokenizerWriterTest {

  private static final QuantizerConfig CODES =
      new QuantizerConfig.Codebook(CodeDistance.COSINE, 64);

  @TempDir Path directory;

  private static VqEncoderConfig tokens(
      int channels, int classes, int edge, int patch, String encoder, QuantizerConfig codes) {
    int latent = codes instanceof QuantizerConfig.FiniteScalar scalar ? scalar.levels().size() : 32;
    return new VqEncoderConfig(
        channels,
        classes,
        edge,
        edge,
        patch,
        CoderNames.shape(encoder, true),
        latent,
        codes,
        channels == 3);
  }

  private static VqDescription vq(
      String name, TokenSpace space, VqEncoderConfig tokens, CoderShape decoder) {
    return new VqDescription(
        new VqConfig(tokens, decoder, false, VqConfig.usualLoss(tokens)),
        image(name, space, tokens));
  }

  private static ModalitySpec image(String name, TokenSpace space, VqEncoderConfig tokens) {
    return new ModalitySpec(
        new ModalityName(name),
        space,
        new TokenLayout.Grid(tokens.rows(), tokens.columns()),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private static VqDescription colours(QuantizerConfig codes) {
    VqEncoderConfig tokens = tokens(3, 0, 14, 16, "vit_s_enc", codes);
    return vq(
        "rgb@224",
        new TokenSpace.Pixels(16, ChannelStatistics.IMAGENET),
        tokens,
        CoderNames.shape("vit_b_dec", true));
  }

  static Stream<TokenizerDescription> released() {
    VqEncoderConfig classes = tokens(64, 133, 14, 16, "vit_s_enc", CODES);
    VqEncoderConfig features = tokens(512, 0, 14, 1, "vit_s_enc", CODES);
    VqEncoderConfig poses =
        tokens(207, 0, 1, 1, "BottleneckMLP/B_6-Wi_1024", new QuantizerConfig.Memcodes(1024, 8, 1));
    VqEncoderConfig depth = tokens(1, 0, 14, 16, "vit_s_enc", CODES);
    return Stream.of(
        colours(CODES),
        colours(new QuantizerConfig.FiniteScalar(List.of(8, 8, 8, 6, 5), ScalarBound.SIGMOID)),
        colours(
            new QuantizerConfig.Codebook(CodeDistance.EUCLIDEAN, 64, 2, true, 0.9, 0.25, 0, true)),
        vq(
            "semseg_coco",
            new TokenSpace.ClassPatches(16, 133),
            classes,
            CoderNames.shape("vit_s_dec", true)),
        vq(
            "CLIP-B16",
            new TokenSpace.Continuous(512),
            features,
            CoderNames.shape("vit_s_dec", true)),
        vq(
            "human_poses",
            new TokenSpace.Continuous(207),
            poses,
            CoderNames.shape("BottleneckMLP/B_6-Wi_1024", false)),
        divae(depth, UnetConfig.published(1, 32)));
  }

  private static DivaeDescription divae(VqEncoderConfig tokens, UnetConfig unet) {
    DiffusionConfig diffusion = DiffusionConfig.published();
    return new DivaeDescription(
        new DivaeConfig(
            tokens,
            unet,
            diffusion,
            new ConditionDropout(0.1, true, 1, 20),
            DecodingSettings.usual(diffusion),
            false),
        image("depth", new TokenSpace.Pixels(16, ChannelStatistics.symmetric(1)), tokens));
  }

  private JsonObject written(TokenizerDescription model) throws IOException {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    model.layout().owners().forEach(spec -> shapes.put(spec.name(), spec.shape()));
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), shapes, Map.of());
    SparseWeights.write(directory.resolve("alone.safetensors"), shapes, ConfigJson.metadata(model));
    Path config = directory.resolve(StoredModel.CONFIG);
    ConfigJson.write(model, config);
    try (StoredModel stored = StoredModel.open(directory)) {
      assertThat(stored.description()).isEqualTo(model);
    }
    JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
    Files.delete(config);
    try (StoredModel stored = StoredModel.open(directory.resolve("alone.safetensors"))) {
      assertThat(stored.description()).isEqualTo(model);
    }
    return json;
  }

  @ParameterizedTest
  @MethodSource("released")
  void whatReleasedKeysCanSay_isSaidByThemAlone(TokenizerDescription model) throws IOException {
    assertThat(written(model).keySet())
        .contains("codebook_size", "latent_dim", "enc_type", "dec_type", "image_size")
        .doesNotContain("masquerade");
  }

  @Test
  void whatTheyLeaveOpen_standsBesideThem() throws IOException {
    VqEncoderConfig tokens = colours(CODES).tokens();
    VqDescription compared =
        new VqDescription(
            new VqConfig(tokens, CoderNames.shape("vit_s_dec", true), false, ReconstructionLoss.L1),
            colours(CODES).image());
    assertThat(written(compared).keySet()).contains("codebook_size", "masquerade");
  }

  @Test
  void whatTheyWouldSayWrongly_isLeftToOurs() throws IOException {
    VqEncoderConfig small = SmallTokenizers.tokens(CodeDistance.COSINE, 16, 4);
    for (TokenizerDescription model :
        List.of(
            SmallTokenizers.vq(small),
            SmallTokenizers.frozen(small),
            colours(new QuantizerConfig.FiniteScalar(List.of(8, 5), ScalarBound.TANH)),
            vq(
                "rgb@224",
                new TokenSpace.Pixels(16, ChannelStatistics.IMAGENET),
                tokens(3, 0, 14, 16, "vit_s_enc", CODES),
                CoderNames.shape("vit_s_dec", false)))) {
      assertThat(written(model).keySet()).containsExactly("masquerade");
    }
  }
}
