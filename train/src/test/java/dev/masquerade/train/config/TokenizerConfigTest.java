package dev.masquerade.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.ScalarBound;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.PredictionType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerConfigTest {

  private static final TokenLayout.Grid GRID = new TokenLayout.Grid(8, 8);
  private static final ModalitySpec PIXELS =
      spec("rgb@64", new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET));

  @TempDir Path directory;

  private static ModalitySpec spec(String name, TokenSpace space) {
    return new ModalitySpec(new ModalityName(name), space, GRID, Set.of(Role.INPUT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebook_size: 64",
        "encoder { preset: \"vit_b\" drop_path: 0.1 } codebook_size: 4096 latent_dim: 16",
        "encoder { dim: 48 depth: 2 heads: 3 post_mlp: false } decoder { preset: \"vit_s\" }"
            + " quantizer: QUANTIZER_EUCLIDEAN codebook_size: 32 codebooks: 2 ema_decay: 0.9"
            + " commitment_weight: 0.25 dead_code_share: 0 kmeans_start: false"
            + " normalised_latents: true output_convolutions: true"
            + " loss: RECONSTRUCTION_LOSS_L1",
        "quantizer: QUANTIZER_MEMCODES codebook_size: 32 codebooks: 4 temperature: 0.5",
        "quantizer: QUANTIZER_FSQ fsq_levels: [8, 8, 5] fsq_bound: FSQ_BOUND_TANH",
        "encoder { preset: \"BottleneckMLP/B_4-Wi_64-Ex_2\" } codebook_size: 16"
            + " loss: RECONSTRUCTION_LOSS_COSINE",
        "codebook_size: 16 class_embedding_dim: 12",
        "codebook_size: 16 diffusion { patch_size: 2 dim: 32 multipliers: [1, 2] attention_at: 0"
            + " prediction: \"v_prediction\" noise_schedule: \"shifted_cosine:0.5\""
            + " clip: false condition_dropout: 0.1 }"
      })
  void tokenizers_areReadAndReadBack(String fields) throws Exception {
    RunConfig run = read("tokenizer { " + fields + " }", "");
    assertThat(run.model()).isInstanceOf(TokenizerChoice.class);
    RunConfig again = copy(run);
    assertThat(again.model()).isEqualTo(run.model());
    assertThat(again.masking()).isEqualTo(run.masking());
    assertThat(RunConfigWriter.digest(again)).isEqualTo(RunConfigWriter.digest(run));
  }

  @Test
  void fields_meanWhatTheySay() throws Exception {
    VqDescription description =
        (VqDescription)
            read(
                    "tokenizer { encoder { dim: 48 depth: 2 heads: 3 } latent_dim: 12"
                        + " codebook_size: 64 kmeans_start: false }",
                    "")
                .model()
                .describe(List.of(PIXELS));
    VqConfig config = description.config();
    assertThat(config.tokens().encoder())
        .isEqualTo(new CoderShape.VisionTransformer(48, 2, 3, true));
    assertThat(config.decoder()).isEqualTo(new CoderShape.VisionTransformer(48, 2, 3, false));
    assertThat(config.tokens().quantizer())
        .isEqualTo(new QuantizerConfig.Codebook(CodeDistance.COSINE, 64));
    assertThat(config.tokens().latentWidth()).isEqualTo(12);
    assertThat(config.tokens().patchSize()).isEqualTo(8);
    assertThat(config.tokens().undoStandardisation()).isTrue();
    assertThat(config.loss()).isEqualTo(ReconstructionLoss.MSE);
  }

  @Test
  void contents_decideChannelsPatchesAndLosses() throws Exception {
    ModelChoice choice = read("tokenizer { codebook_size: 64 }", "").model();
    VqConfig classes =
        ((VqDescription)
                choice.describe(List.of(spec("semseg@64", new TokenSpace.ClassPatches(8, 7)))))
            .config();
    assertThat(classes.tokens().classes()).isEqualTo(7);
    assertThat(classes.tokens().channels()).isEqualTo(64);
    assertThat(classes.loss()).isEqualTo(ReconstructionLoss.CROSS_ENTROPY);
    VqConfig depth =
        ((VqDescription)
                choice.describeOpened(
                    List.of(new Opened(spec("depth", new TokenSpace.Continuous(64)), 8))))
            .config();
    assertThat(depth.tokens().patchSize()).isEqualTo(8);
    assertThat(depth.tokens().channels()).isEqualTo(1);
    VqConfig features =
        ((VqDescription)
                choice.describeOpened(
                    List.of(new Opened(spec("clip@64", new TokenSpace.Continuous(256)), 1))))
            .config();
    assertThat(features.tokens().patchSize()).isEqualTo(1);
    assertThat(features.tokens().channels()).isEqualTo(256);
  }

  /** Of vectors that are patches of {@code patchSize}. */
  private record Opened(ModalitySpec spec, int patchSize) implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("png");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      throw new BadSampleException("nothing is read here");
    }
  }

  @Test
  void scalars_haveAsManyNumbersAsLevels() throws Exception {
    VqDescription description =
        (VqDescription)
            read("tokenizer { quantizer: QUANTIZER_FSQ fsq_levels: [4, 3] }", "")
                .model()
                .describe(List.of(PIXELS));
    assertThat(description.config().tokens().latentWidth()).isEqualTo(2);
    assertThat(description.config().tokens().quantizer())
        .isEqualTo(new QuantizerConfig.FiniteScalar(List.of(4, 3), ScalarBound.SIGMOID));
  }

  @Test
  void diffusionDecoder_takesTheModalitysChannels_andClipsPixels() throws Exception {
    DivaeDescription description =
        (DivaeDescription)
            read(
                    "tokenizer { codebook_size: 16 latent_dim: 8 diffusion { dim: 32"
                        + " multipliers: [1, 2] prediction: \"epsilon\""
                        + " zero_terminal_snr: false } }",
                    "")
                .model()
                .describe(List.of(PIXELS));
    assertThat(description.config().decoder().channels()).isEqualTo(3);
    assertThat(description.config().decoder().conditionChannels()).isEqualTo(8);
    assertThat(description.config().diffusion().clips()).isTrue();
    assertThat(description.config().diffusion().prediction()).isEqualTo(PredictionType.EPSILON);
  }

  @Test
  void whatDoesNotFit_isReportedAllAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    "dim: 64 tokenizer { encoder { preset: \"vit_bb\" }"
                        + " decoder { dim: 50 depth: 2 heads: 3 }"
                        + " quantizer: QUANTIZER_FSQ codebook_size: 64 ema_decay: 0.9"
                        + " diffusion { prediction: \"sampel\" frozen_encoder: true } }",
                    "resolutions: [32, 32, 0]"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("model.dim: is not for tokenizers")
        .hasMessageContaining("model.tokenizer.encoder.preset: \"vit_bb")
        .hasMessageContaining("Did you mean \"vit_b_enc\"?")
        .hasMessageContaining("model.tokenizer.decoder")
        .hasMessageContaining("model.tokenizer.codebook_size: is the product of fsq_levels")
        .hasMessageContaining("model.tokenizer.ema_decay: is for COSINE and EUCLIDEAN")
        .hasMessageContaining("Did you mean \"sample\"?")
        .hasMessageContaining("frozen_encoder: needs an encoder that was trained")
        .hasMessageContaining("resolutions[1]: 32 is listed before")
        .hasMessageContaining("resolutions[2]: 0 is out of range");
  }

  @Test
  void codebookWithoutASize_orLatentsThatCannotBeShared_areRefused() {
    assertThatThrownBy(() -> read("tokenizer { codebooks: 3 latent_dim: 32 }", ""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("model.tokenizer.codebook_size: is missing")
        .hasMessageContaining("32 numbers cannot be shared by 3 codebooks");
  }

  @Test
  void resolutionsOfOtherNetworks_areRefused() {
    assertThatThrownBy(() -> read("preset: \"scenes_small\"", "resolutions: [32]"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("data.resolutions: are for tokenizers");
  }

  @Test
  void idsAndSequences_areNoContentOfATokenizer() throws Exception {
    ModelChoice choice = read("tokenizer { codebook_size: 64 }", "").model();
    assertThatThrownBy(
            () -> choice.describe(List.of(spec("tok_rgb@64", new TokenSpace.Discrete(16)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tok_rgb@64 already consists of ids");
  }

  private RunConfig copy(RunConfig run) throws IOException {
    Path file = directory.resolve("run.textproto");
    RunConfigWriter.write(file, run);
    return new RunConfigReader(RunConfigReaderTest.KNOWN).read(file);
  }

  private static RunConfig read(String model, String data) throws IOException, URISyntaxException {
    return new RunConfigReader(RunConfigReaderTest.KNOWN)
        .read(
            RunErrorTextsTest.resources().resolve("tokenizer.textproto"),
            FieldOverrides.of(
                data.isEmpty()
                    ? List.of("model={ " + model + " }")
                    : List.of(
                        "model={ " + model + " }",
                        "data={ sources { manifest: \"scenes.textproto\" } batch_size: 8 "
                            + data
                            + " }")));
  }
}
