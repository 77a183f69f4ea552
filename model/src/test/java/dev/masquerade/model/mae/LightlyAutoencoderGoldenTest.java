package dev.masquerade.model.mae;

import static dev.masquerade.model.golden.GoldenImages.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Positions;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.golden.LightlyGolden;
import dev.masquerade.model.golden.LightlyNames;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.function.Function;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Masked autoencoders put together of Lightly's parts predict as there. */
class LightlyAutoencoderGoldenTest {

  private static final double FORWARD = 2e-5;
  private static final double LOSS = 1e-5;
  private static final double GRADIENTS = 5e-5;

  @Test
  void torchvisionBackbone_predictsAsThere() throws IOException {
    try (SafetensorsFile file = LightlyGolden.open("mae_backbone.safetensors")) {
      VitConfig encoder = LightlyGolden.torchvision().build();
      JsonObject json = LightlyGolden.backbone();
      JsonObject decoder = json.getAsJsonObject("decoder");
      int width = decoder.get("hidden_dim").getAsInt();
      MaeConfig config =
          new MaeConfig(
              encoder,
              width,
              decoder.get("num_layers").getAsInt(),
              decoder.get("num_heads").getAsInt(),
              decoder.get("mlp_dim").getAsDouble() / width,
              false,
              false,
              MaeVariant.MAE);
      Function<String, String> names = name -> LightlyNames.torchvision("backbone.", name);
      try (Setting setting = new Setting(config, file, file, names)) {
        setting.comparePrediction(file, "prediction");
        StepResult result = setting.step();
        double loss = json.get("loss").getAsDouble();
        assertThat(result.loss().total()).isCloseTo(loss, within(LOSS * loss));
        assertThat(result.loss().total()).isCloseTo(file.floats("loss")[0], within(LOSS * loss));
        int compared = 0;
        for (int i = 0; i < result.gradients().size(); i++) {
          String stored = "grad." + names.apply(setting.parameters.trainable().get(i).name());
          if (file.find(stored).isPresent()) {
            NDArray gradient = result.gradients().get(i);
            assertThat(gradient).as(stored).isNotNull();
            assertClose(stored, gradient, file.floats(stored), GRADIENTS);
            compared++;
          }
        }
        assertThat(compared)
            .isEqualTo(file.tensors().stream().filter(t -> t.name().startsWith("grad.")).count());

        try (PackedBatch whole = LightlyGolden.pack(file, "images", encoder.patchSize())) {
          float[] all =
              setting.model.predictions(whole, Precision.FP32, setting.scope).toFloatArray();
          assertClose(
              "decoder_forward_full",
              all,
              setting.withoutPrefix(file.floats("decoder_forward_full")),
              FORWARD);
        }
      }
    }
  }

  @Test
  void timmBackboneWithRegisters_predictsAsThere() throws IOException {
    JsonObject json = GoldenFiles.read(GoldenFiles.lightly().resolve("masked_vit_timm.json"));
    try (SafetensorsFile file = LightlyGolden.open("masked_vit_timm.safetensors");
        SafetensorsFile images = LightlyGolden.open("mae_backbone.safetensors")) {
      JsonObject decoder = json.getAsJsonObject("decoder");
      MaeConfig config =
          new MaeConfig(
              timm(json).build(),
              decoder.get("embed_dim").getAsInt(),
              decoder.get("depth").getAsInt(),
              decoder.get("num_heads").getAsInt(),
              decoder.get("mlp_ratio").getAsDouble(),
              false,
              false,
              MaeVariant.MAE);
      Function<String, String> names =
          name -> name.equals("mask_token") ? "decoder.mask_token" : LightlyNames.timm(name);
      try (Setting setting = new Setting(config, file, images, names)) {
        setting.comparePrediction(file, "prediction");
        setting.compareDecoder(file, "decoder_out");
        double loss = json.get("loss").getAsDouble();
        assertThat(setting.step().loss().total()).isCloseTo(loss, within(LOSS * loss));
      }
    }
  }

  @Test
  void simMim_predictsAsThere() throws IOException {
    try (SafetensorsFile file = LightlyGolden.open("masked_vit_torchvision.safetensors");
        SafetensorsFile images = LightlyGolden.open("mae_backbone.safetensors")) {
      MaeConfig config = MaeConfig.simMim(LightlyGolden.torchvision().build());
      Function<String, String> names =
          name ->
              switch (name) {
                case "mask_token" -> "model.mask_token";
                case "decoder_pred.weight" -> "simmim_decoder.weight";
                case "decoder_pred.bias" -> "simmim_decoder.bias";
                default -> LightlyNames.torchvision("model.vit.", name);
              };
      try (Setting setting = new Setting(config, file, images, names)) {
        assertClose(
            "encode_idx_mask",
            setting.model.latent(setting.packed, Precision.FP32, setting.scope),
            file.floats("encode_idx_mask"),
            FORWARD);
        setting.comparePrediction(file, "simmim_prediction");
        double loss = file.floats("simmim_loss_l1")[0];
        StepResult result = setting.step();
        assertThat(result.loss().total()).isCloseTo(loss, within(LOSS * loss));
        for (int i = 0; i < result.gradients().size(); i++) {
          assertThat(result.gradients().get(i))
              .as(setting.parameters.trainable().get(i).name())
              .isNotNull();
        }
      }
    }
  }

  static VitConfig.Builder timm(JsonObject json) {
    int patch = json.get("patch_size").getAsInt();
    int grid = json.get("img_size").getAsInt() / patch;
    return VitConfig.builder()
        .grid(grid, grid)
        .patchSize(patch)
        .width(json.get("embed_dim").getAsInt())
        .depth(json.get("depth").getAsInt())
        .heads(json.get("num_heads").getAsInt())
        .mlpRatio(json.get("mlp_ratio").getAsDouble())
        .registerTokens(json.get("reg_tokens").getAsInt())
        .prefixPositions(!json.get("no_embed_class").getAsBoolean())
        .positions(Positions.SINE_COSINE);
  }

  /** One model, one packed batch, one scope. */
  private static final class Setting implements AutoCloseable {
    final MaeConfig config;
    final ModalitySpec image;
    final Parameters parameters;
    final MaskedAutoencoder model;
    final PackedBatch packed;
    final StepScope scope;
    final int rows;
    final int prefix;
    final int sequence;
    final long[] masked;

    Setting(
        MaeConfig config,
        SafetensorsFile file,
        SafetensorsFile images,
        Function<String, String> names)
        throws IOException {
      this.config = config;
      int patch = config.encoder().patchSize();
      image = LightlyGolden.spec(images, "images", patch);
      parameters = GoldenImages.parameters(new MaeDescription(config, image).layout(), file, names);
      model = new MaskedAutoencoder(config, image, parameters);
      SafetensorsFile indices = file.find("idx_keep").isPresent() ? file : images;
      rows = indices.get("idx_keep").shape().get(0).intValue();
      prefix = config.encoder().prefixTokens();
      sequence = prefix + image.layout().places();
      masked = indices.longs("idx_mask");
      packed =
          GoldenImages.pack(
              image,
              images.floats("images"),
              images.get("images").shape(),
              GoldenImages.removed(
                  indices.longs("idx_keep"), rows, image.layout().places(), prefix));
      scope = StepScope.open(parameters.manager());
    }

    StepResult step() {
      return model.lossAndGradients(
          packed, Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), scope);
    }

    void comparePrediction(SafetensorsFile file, String name) throws IOException {
      float[] all = model.predictions(packed, Precision.FP32, scope).toFloatArray();
      long[] places = new long[masked.length];
      for (int i = 0; i < places.length; i++) {
        places[i] = masked[i] - prefix;
      }
      assertClose(
          name,
          GoldenImages.choose(all, sequence - prefix, config.encoder().patchWidth(), places, rows),
          file.floats(name),
          FORWARD);
    }

    void compareDecoder(SafetensorsFile file, String name) throws IOException {
      float[] values = model.decoded(packed, Precision.FP32, scope).toFloatArray();
      int width = config.decoderWidth();
      float[] weight = parameters.read("decoder_norm.weight");
      float[] bias = parameters.read("decoder_norm.bias");
      for (int at = 0; at < values.length; at += width) {
        double mean = 0;
        double squares = 0;
        for (int d = 0; d < width; d++) {
          mean += values[at + d] / width;
        }
        for (int d = 0; d < width; d++) {
          squares += Math.pow(values[at + d] - mean, 2) / width;
        }
        for (int d = 0; d < width; d++) {
          values[at + d] =
              (float) ((values[at + d] - mean) / Math.sqrt(squares + 1e-6) * weight[d] + bias[d]);
        }
      }
      assertClose(name, values, file.floats(name), FORWARD);
    }

    float[] withoutPrefix(float[] values) {
      int width = values.length / rows / sequence;
      float[] places = new float[rows * (sequence - prefix) * width];
      for (int row = 0; row < rows; row++) {
        int count = (sequence - prefix) * width;
        System.arraycopy(values, (row * sequence + prefix) * width, places, row * count, count);
      }
      return places;
    }

    @Override
    public void close() {
      scope.close();
      packed.close();
      model.close();
      parameters.close();
    }
  }
}
