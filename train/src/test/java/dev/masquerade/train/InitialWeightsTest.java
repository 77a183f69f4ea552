package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Positions;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.PositionResizing;
import dev.masquerade.model.weights.Resampling;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.SmallTokenizers;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.train.checkpoint.RunRefusedException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run may start from. */
class InitialWeightsTest {

  private static final ParameterInitialiser SEED = new ParameterInitialiser(7);

  @TempDir Path directory;

  @Test
  void releasedPickle_givesItsTensorsAndResizedTables() throws IOException {
    Path file = GoldenFiles.mae().resolve("checkpoint/mae_tiny_pretrain.pth");
    ModelDescription model = autoencoder(6, 5, 48);
    try (InitialWeights weights = InitialWeights.open(file, model);
        TensorSource tensors = TensorSource.open(plain())) {
      assertThat(values(weights, model, "blocks.1.attn.qkv.weight"))
          .isEqualTo(tensors.floats("blocks.1.attn.qkv.weight"));
      for (String name : List.of("pos_embed", "decoder_pos_embed")) {
        float[] table = tensors.floats(name);
        int width = table.length / 17;
        float[] resized = values(weights, model, name);
        assertThat(resized)
            .isEqualTo(PositionResizing.places(table, 1, width, 4, 4, 6, 5, Resampling.BICUBIC));
        assertThat(resized).startsWith(Arrays.copyOf(table, width));
      }
    }
  }

  @Test
  void runDirectory_meansItsLatestCheckpoint() throws IOException {
    Path checkpoint = Files.createDirectories(directory.resolve("checkpoints/step-3"));
    Files.writeString(directory.resolve("checkpoints/LATEST"), "step-3\n");
    Files.copy(plain(), checkpoint.resolve("model.safetensors"));
    ModelDescription model = autoencoder(4, 4, 48);
    try (InitialWeights weights = InitialWeights.open(directory, model);
        TensorSource tensors = TensorSource.open(plain())) {
      assertThat(values(weights, model, "pos_embed")).isEqualTo(tensors.floats("pos_embed"));
    }
  }

  @Test
  void ownModelOfGridThatIsNoSquare_isResized() throws IOException {
    MaeDescription stored = autoencoder(2, 6, 48);
    Path file = write(directory.resolve("own.safetensors"), stored);
    ModelDescription model = autoencoder(4, 4, 48);
    try (InitialWeights weights = InitialWeights.open(file, model);
        TensorSource tensors = TensorSource.open(file)) {
      assertThat(values(weights, model, "pos_embed"))
          .isEqualTo(
              PositionResizing.places(
                  tensors.floats("pos_embed"), 1, 48, 2, 6, 4, 4, Resampling.BICUBIC));
    }
  }

  @Test
  void encoderAlone_leavesTheDecoderToTheSeed() throws IOException {
    Path file = GoldenFiles.mae().resolve("checkpoint/mae_tiny_encoder_only.pth");
    ModelDescription model = autoencoder(4, 4, 48);
    try (InitialWeights weights = InitialWeights.open(file, model)) {
      assertThat(values(weights, model, "decoder_embed.weight"))
          .isEqualTo(SEED.values(spec(model, "decoder_embed.weight")));
    }
  }

  @Test
  void weightsOfAnotherModel_areRefused() throws IOException {
    Path file = directory.resolve("other.safetensors");
    SafetensorsWriter.write(
        file, Map.of(), List.of(TensorContent.floats("other", List.of(2L), new float[] {1, 2})));
    assertThatThrownBy(() -> InitialWeights.open(file, autoencoder(4, 4, 48)))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("model.initial_weights")
        .hasMessageContaining("cls_token");
  }

  @ParameterizedTest
  @EnumSource(CodeDistance.class)
  void codesOfAnotherNumberOrWidth_areNewAndMayBeClustered(CodeDistance distance)
      throws IOException {
    Path trained = started(distance);
    for (ModelDescription model :
        List.of(
            SmallTokenizers.vq(SmallTokenizers.tokens(distance, 32, 4)),
            SmallTokenizers.vq(SmallTokenizers.tokens(distance, 16, 8)))) {
      try (InitialWeights weights = InitialWeights.open(trained, model)) {
        assertThat(weights.report().names(StartReport.Fate.NEW))
            .contains(
                "quantize._codebook.embed",
                "quantize._codebook.cluster_size",
                "quantize._codebook.initted");
        assertThat(weights.report().names(StartReport.Fate.COMPUTED))
            .noneMatch(name -> name.startsWith("quantize."));
        for (String name : List.of("initted", "cluster_size")) {
          assertThat(values(weights, model, "quantize._codebook." + name)).containsOnly(0);
        }
      }
    }
  }

  @Test
  void codesThatAreKept_areNotClusteredAgain() throws IOException {
    ModelDescription model = SmallTokenizers.vq(SmallTokenizers.tokens(CodeDistance.COSINE, 16, 4));
    Path trained =
        SmallTokenizers.write(directory, model, name -> !name.equals("quantize._codebook.initted"));
    try (InitialWeights weights = InitialWeights.open(trained, model)) {
      assertThat(weights.report().names(StartReport.Fate.NEW)).isEmpty();
      assertThat(values(weights, model, "quantize._codebook.initted")).containsExactly(1);
    }
  }

  @Test
  void frozenEncoder_needsAllOfItInTheWeights() throws IOException {
    Path trained = started(CodeDistance.COSINE);
    ModelDescription same =
        SmallTokenizers.frozen(SmallTokenizers.tokens(CodeDistance.COSINE, 16, 4));
    try (InitialWeights weights = InitialWeights.open(trained, same)) {
      assertThat(weights.report().names(StartReport.Fate.NEW))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("decoder."));
    }
    ModelDescription otherCodes =
        SmallTokenizers.frozen(SmallTokenizers.tokens(CodeDistance.COSINE, 32, 4));
    assertThatThrownBy(() -> InitialWeights.open(trained, otherCodes))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("frozen_encoder")
        .hasMessageContaining("lacks 2 tensors")
        .hasMessageContaining("quantize._codebook.embed");
    ModelDescription otherLatents =
        SmallTokenizers.frozen(SmallTokenizers.tokens(CodeDistance.COSINE, 16, 8));
    assertThatThrownBy(() -> InitialWeights.open(trained, otherLatents))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("quant_proj.weight");
  }

  /** Writes a tokenizer of 16 codes of 4 numbers, which have started. */
  private Path started(CodeDistance distance) throws IOException {
    ModelDescription model = SmallTokenizers.vq(SmallTokenizers.tokens(distance, 16, 4));
    Path file = directory.resolve(distance + ".safetensors");
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(model),
        model.layout().owners().stream()
            .map(
                spec -> {
                  float[] values = SEED.values(spec);
                  if (spec.name().endsWith("initted") || spec.name().endsWith("cluster_size")) {
                    Arrays.fill(values, 1);
                  }
                  return TensorContent.floats(spec.name(), spec.shape(), values);
                })
            .toList());
    return file;
  }

  private static Path plain() {
    return GoldenFiles.mae().resolve("pretrain_weights.safetensors");
  }

  private static Path write(Path file, ModelDescription model) throws IOException {
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(model),
        model.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), SEED.values(spec)))
            .toList());
    return file;
  }

  private static float[] values(InitialWeights weights, ModelDescription model, String name) {
    FloatBuffer buffer = weights.valuesOr(SEED, spec(model, name));
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static ParameterSpec spec(ModelDescription model, String name) {
    return model.layout().owners().stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MaeDescription autoencoder(int rows, int columns, int width) {
    VitConfig encoder =
        VitConfig.builder()
            .grid(rows, columns)
            .patchSize(8)
            .width(width)
            .depth(2)
            .heads(4)
            .positions(Positions.SINE_COSINE)
            .build();
    return new MaeDescription(
        MaeConfig.mae(encoder, width * 2 / 3 / 4 * 4, 2, 4),
        new ModalitySpec(
            new ModalityName("rgb@" + rows * 8),
            new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
            new TokenLayout.Grid(rows, columns),
            Set.of(Role.INPUT, Role.TARGET)));
  }

  @Test
  void manyTensors_areCountedByModule() {
    List<String> names = new ArrayList<>(List.of("mask_token"));
    for (int block = 0; block < 9; block++) {
      names.add("decoder." + block + ".attn.qkv.weight");
    }

    assertThat(InitialWeights.byModule(names)).isEqualTo("9 of decoder, 1 of mask_token");
    assertThat(InitialWeights.byModule(List.of("a.weight", "b.bias")))
        .isEqualTo("a.weight, b.bias");
  }
}
