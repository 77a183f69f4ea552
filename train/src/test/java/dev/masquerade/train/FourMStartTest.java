package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.Positions;
import dev.masquerade.model.lora.AdaptedParts;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.PositionResizing;
import dev.masquerade.model.weights.Resampling;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a 4M model takes from the weights of another. */
class FourMStartTest {

  private static final int DIM = 16;
  private static final ParameterInitialiser THEIRS = new ParameterInitialiser(1);
  private static final ParameterInitialiser OURS = new ParameterInitialiser(2);
  private static final UnaryOperator<ModelConfig.Builder> AS_IS = builder -> builder;

  @TempDir Path directory;

  private static ModalitySpec pixels(int size) {
    return new ModalitySpec(
        new ModalityName("rgb@" + size),
        new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(size / 8, size / 8),
        Set.of(Role.INPUT));
  }

  private static ModalitySpec tokens(String name, int vocabulary, int rows, int columns) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Discrete(vocabulary),
        new TokenLayout.Grid(rows, columns),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private static ModalitySpec words(int vocabulary, int longest) {
    return new ModalitySpec(
        new ModalityName("caption"),
        new TokenSpace.Discrete(vocabulary),
        new TokenLayout.Sequence(longest, new SpanMarks(0, 3, 4, 10), TokenLayout.Unit.TOKEN),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private static FourMDescription model(
      UnaryOperator<ModelConfig.Builder> change, ModalitySpec... modalities) {
    ModelConfig.Builder config =
        ModelConfig.builder()
            .dim(DIM)
            .heads(2)
            .encoderDepth(1)
            .decoderDepth(1)
            .tiedHeads(false)
            .imageSize(32)
            .patchSize(8);
    return new FourMDescription(change.apply(config).build(), List.of(modalities));
  }

  private InitialWeights start(FourMDescription from, FourMDescription to) throws IOException {
    Path file = directory.resolve("from.safetensors");
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(from),
        from.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), THEIRS.values(spec)))
            .toList());
    return InitialWeights.open(file, to);
  }

  private static float[] values(InitialWeights weights, FourMDescription model, String name) {
    FloatBuffer buffer = weights.valuesOr(OURS, model.layout().get(name));
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static float[] theirs(FourMDescription model, String name) {
    return THEIRS.values(model.layout().get(name));
  }

  @Test
  void vocabularyThatGrew_keepsItsOldRows() throws IOException {
    FourMDescription from = model(AS_IS, words(40, 8));
    FourMDescription to = model(AS_IS, words(50, 8));
    try (InitialWeights weights = start(from, to)) {
      for (String name :
          List.of(
              "encoder_embeddings.caption.token_emb.weight",
              "decoder_embeddings.caption.token_emb.weight",
              "decoder_embeddings.caption.to_logits.weight")) {
        float[] found = values(weights, to, name);
        assertThat(Arrays.copyOf(found, 40 * DIM)).as(name).isEqualTo(theirs(from, name));
        assertThat(Arrays.copyOfRange(found, 40 * DIM, 50 * DIM))
            .as(name)
            .isEqualTo(Arrays.copyOfRange(OURS.values(to.layout().get(name)), 40 * DIM, 50 * DIM));
      }
      assertThat(weights.report().lines())
          .contains("encoder_embeddings.caption kept=2 grown=1")
          .contains("decoder_embeddings.caption kept=1 grown=2");
    }
  }

  @Test
  void vocabularyThatShrank_keepsItsFirstRows() throws IOException {
    FourMDescription from = model(AS_IS, words(50, 8));
    FourMDescription to = model(AS_IS, words(40, 8));
    String name = "encoder_embeddings.caption.token_emb.weight";
    try (InitialWeights weights = start(from, to)) {
      assertThat(values(weights, to, name)).isEqualTo(Arrays.copyOf(theirs(from, name), 40 * DIM));
      assertThat(weights.report().names(StartReport.Fate.CUT)).hasSize(3);
    }
  }

  @Test
  void otherSizeOfAModality_servesIt() throws IOException {
    FourMDescription from = model(AS_IS, pixels(32), tokens("tok_depth@32", 20, 4, 4));
    FourMDescription to =
        model(
            AS_IS,
            pixels(32),
            pixels(64),
            tokens("tok_depth@64", 20, 8, 8),
            tokens("tok_other@64", 20, 8, 8));
    try (InitialWeights weights = start(from, to)) {
      assertThat(values(weights, to, "encoder_embeddings.rgb@64.proj.weight"))
          .isEqualTo(theirs(from, "encoder_embeddings.rgb@32.proj.weight"));
      assertThat(values(weights, to, "decoder_embeddings.tok_depth@64.to_logits.weight"))
          .isEqualTo(theirs(from, "decoder_embeddings.tok_depth@32.to_logits.weight"));
      // Sine-cosine positions are those of the new grid.
      String positions = "encoder_embeddings.rgb@64.pos_emb";
      assertThat(values(weights, to, positions)).isEqualTo(OURS.values(to.layout().get(positions)));
      assertThat(weights.report().lines())
          .contains("encoder_embeddings.tok_other@64 new=2 computed=1");
    }
  }

  @Test
  void learnedPositions_areResizedOnGridsAndKeptInSequences() throws IOException {
    UnaryOperator<ModelConfig.Builder> learned = builder -> builder.positions(Positions.LEARNED);
    FourMDescription from = model(learned, tokens("tok_depth", 20, 2, 3), words(40, 8));
    FourMDescription to = model(learned, tokens("tok_depth", 20, 4, 5), words(40, 10));
    String grid = "encoder_embeddings.tok_depth.pos_emb";
    String sequence = "encoder_embeddings.caption.pos_emb";
    try (InitialWeights weights = start(from, to)) {
      assertThat(values(weights, to, grid))
          .isEqualTo(
              PositionResizing.places(theirs(from, grid), 0, DIM, 2, 3, 4, 5, Resampling.BICUBIC));
      assertThat(Arrays.copyOf(values(weights, to, sequence), 8 * DIM))
          .isEqualTo(theirs(from, sequence));
      assertThat(weights.report().names(StartReport.Fate.INTERPOLATED))
          .containsExactly(grid, grid.replace("encoder", "decoder"));
    }
  }

  @Test
  void headThatWasTied_startsAsACopyOfItsEmbedding() throws IOException {
    FourMDescription from = model(builder -> builder.tiedHeads(true), words(40, 8));
    FourMDescription to = model(AS_IS, words(40, 8));
    try (InitialWeights weights = start(from, to)) {
      assertThat(values(weights, to, "decoder_embeddings.caption.to_logits.weight"))
          .isEqualTo(theirs(from, "decoder_embeddings.caption.token_emb.weight"));
      assertThat(weights.report().count(StartReport.Fate.NEW)).isZero();
    }
  }

  @Test
  void modelWithAdapters_takesPlainWeightsAndFusesOthers() throws IOException {
    UnaryOperator<ModelConfig.Builder> adapted =
        builder -> builder.lora(Optional.of(new LoraConfig(2, 1, AdaptedParts.MLP, false)));
    FourMDescription from = model(AS_IS, words(40, 8));
    FourMDescription to = model(adapted, words(40, 8));
    try (InitialWeights weights = start(from, to)) {
      assertThat(values(weights, to, "encoder.0.mlp.fc1.linear.weight"))
          .isEqualTo(theirs(from, "encoder.0.mlp.fc1.weight"));
      assertThat(values(weights, to, "encoder.0.mlp.fc1.lora_up.weight")).containsOnly(0);
    }
    // And back: adapters whose second matrix is 0 add nothing.
    try (InitialWeights weights = start(to, from)) {
      assertThat(values(weights, from, "encoder.0.mlp.fc1.weight"))
          .isEqualTo(theirs(to, "encoder.0.mlp.fc1.linear.weight"));
    }
  }
}
