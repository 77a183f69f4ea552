package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.model.weights.released.RecognisedWeights.Kind;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of the references are recognised by names and shapes, in each of their schemes. */
class RecognisedWeightsGoldenTest {

  @ParameterizedTest
  @CsvSource({
    "mae, pretrain_weights.*\\.safetensors, AUTOENCODER, '', MAE/timm",
    "mae, checkpoint/mae_tiny_pretrain.*\\.pth, AUTOENCODER, model., MAE/timm",
    "mae, checkpoint/.*encoder_only.*\\.pth, ENCODER, model., MAE/timm",
    "mae, checkpoint/resume.*\\.pth, OTHER, '', ''",
    "lightly, mae_backbone.*\\.safetensors, AUTOENCODER, backbone., torchvision",
    "lightly, masked_vit_torchvision.*\\.safetensors, SIMMIM, model.vit., torchvision",
    "lightly, masked_vit_timm.*\\.safetensors, AUTOENCODER, model.vit., MAE/timm",
    "multimae, multimae.*\\.safetensors, MULTIMAE, weights., 'MultiMAE (depth, rgb, semseg)'",
  })
  void filesOfTheReferences_areRecognised(
      String reference, String pattern, Kind kind, String prefix, String naming) throws Exception {
    List<Path> files = files(reference, pattern);
    assertThat(files).isNotEmpty();
    for (Path path : files) {
      try (TensorSource file = TensorSource.open(path)) {
        RecognisedWeights found = RecognisedWeights.of(file);

        assertThat(found.kind()).as(path.toString()).isEqualTo(kind);
        assertThat(found.prefix()).isEqualTo(prefix);
        assertThat(found.naming()).isEqualTo(naming);
        assertThat(found.describe()).startsWith(kind.title());
        for (String name : found.stored().values()) {
          assertThat(file.find(name)).as(name).isPresent();
        }
        if (!found.stored().isEmpty()) {
          assertComplete(found);
          TensorSource mae = found.asMae(file);
          for (Map.Entry<String, String> name : found.stored().entrySet()) {
            assertThat(mae.get(name.getKey()).shape()).isEqualTo(file.get(name.getValue()).shape());
          }
        }
      }
    }
  }

  private static List<Path> files(String reference, String pattern) throws IOException {
    Path directory = GoldenFiles.mae().resolveSibling(reference);
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> directory.relativize(file).toString().replace('\\', '/').matches(pattern))
          .sorted()
          .toList();
    }
  }

  /** Every block has all of its tensors, in encoder and decoder. */
  private static void assertComplete(RecognisedWeights found) {
    int depth = found.encoder().orElseThrow().depth();
    assertThat(depth).isPositive();
    for (String stack : List.of("blocks.", "decoder_blocks.")) {
      int blocks = stack.equals("blocks.") ? depth : found.decoderDepth();
      for (int block = 0; block < blocks; block++) {
        for (String part :
            List.of("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")) {
          assertThat(found.stored())
              .containsKeys(
                  stack + block + "." + part + ".weight", stack + block + "." + part + ".bias");
        }
      }
    }
    assertThat(found.stored()).containsKeys("cls_token", "pos_embed", "norm.weight", "norm.bias");
    if (found.hasDecoder()) {
      assertThat(found.stored()).containsKeys("mask_token", "decoder_pred.bias");
    }
    if (found.kind() == Kind.AUTOENCODER) {
      assertThat(found.stored())
          .containsKeys("decoder_embed.weight", "decoder_norm.weight", "decoder_pos_embed");
    }
  }

  @Test
  void dimensionsOfTheBackbone_areThoseOfItsConfig() throws Exception {
    for (Path json : GoldenFiles.in(GoldenFiles.lightly(), "mae_backbone.*\\.json")) {
      JsonObject vit = GoldenFiles.read(json).getAsJsonObject("vit");
      JsonObject decoder = GoldenFiles.read(json).getAsJsonObject("decoder");
      try (TensorSource file = TensorSource.open(GoldenFiles.tensors(json))) {
        RecognisedWeights found = RecognisedWeights.of(file);
        RecognisedWeights.Encoder encoder = found.encoder().orElseThrow();

        assertThat(encoder.width()).isEqualTo(vit.get("hidden_dim").getAsLong());
        assertThat(encoder.depth()).isEqualTo(vit.get("num_layers").getAsInt());
        assertThat(encoder.patchRows()).isEqualTo(vit.get("patch_size").getAsLong());
        assertThat(encoder.rows() * encoder.patchRows())
            .isEqualTo(vit.get("image_size").getAsLong());
        assertThat(encoder.classToken()).isTrue();
        assertThat(found.classes()).isEqualTo(vit.get("num_classes").getAsLong());
        assertThat(found.decoderWidth()).isEqualTo(decoder.get("hidden_dim").getAsLong());
        assertThat(found.decoderDepth()).isEqualTo(decoder.get("num_layers").getAsInt());
        assertThat(found.predicted()).isEqualTo(decoder.get("out_dim").getAsLong());
      }
    }
  }

  @Test
  void prefixTokensOfTheMaskedTransformer_areCounted() throws Exception {
    for (Path json : GoldenFiles.in(GoldenFiles.lightly(), "masked_vit_timm.*\\.json")) {
      JsonObject config = GoldenFiles.read(json);
      try (TensorSource file = TensorSource.open(GoldenFiles.tensors(json))) {
        RecognisedWeights.Encoder encoder = RecognisedWeights.of(file).encoder().orElseThrow();

        assertThat(encoder.registers()).isEqualTo(config.get("reg_tokens").getAsInt());
        assertThat((long) encoder.rows() * encoder.columns())
            .isEqualTo(config.get("num_patches").getAsLong());
        assertThat(encoder.width()).isEqualTo(config.get("embed_dim").getAsLong());
      }
    }
  }

  /** A file of PyTorch goes where a safetensors file goes. */
  @Test
  void pickledWeights_fitTheLayoutOfTheirModel() throws Exception {
    Path pickled = GoldenFiles.mae().resolve("checkpoint/mae_tiny_pretrain.pth");
    try (TensorSource expected =
            TensorSource.open(GoldenFiles.mae().resolve("pretrain_weights.safetensors"));
        TensorSource file = TensorSource.open(pickled)) {
      Map<String, ParameterSpec> specs = new LinkedHashMap<>();
      for (TensorEntry entry : expected.tensors()) {
        specs.put(
            entry.name(),
            new ParameterSpec(
                entry.name(), entry.shape(), new InitRule.Constant(0), true, Optional.empty()));
      }
      WeightMatch match =
          WeightMatch.of(ParameterLayout.of(specs), RecognisedWeights.of(file).asMae(file))
              .require();
      for (ParameterSpec spec : specs.values()) {
        FloatBuffer values = match.values(spec);
        assertThat(values).isEqualTo(FloatBuffer.wrap(expected.floats(spec.name())));
      }
    }
  }

  /** Names of torchvision become those of MAE and back, with the values they had. */
  @Test
  void tensorsUnderOtherNames_keepTheirValues() throws Exception {
    for (Path path : files("lightly", "mae_backbone.*\\.safetensors")) {
      try (TensorSource file = TensorSource.open(path)) {
        RecognisedWeights found = RecognisedWeights.of(file);
        TensorSource mae = found.asMae(file);
        for (TensorEntry entry : mae.tensors()) {
          Optional<String> theirs = Naming.TORCHVISION.name(entry.name());
          assertThat(theirs).as(entry.name()).isPresent();
          String there =
              file.find("backbone." + theirs.get()).isPresent()
                  ? "backbone." + theirs.get()
                  : theirs.get();
          assertThat(mae.floats(entry.name())).isEqualTo(file.floats(there));
        }
      }
    }
  }
}
