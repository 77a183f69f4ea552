package dev.masquerade.model.vit;

import static dev.masquerade.model.golden.GoldenImages.assertClose;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Positions;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.golden.LightlyGolden;
import dev.masquerade.model.golden.LightlyNames;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Encoders under masks, at other sizes and from inside give what Lightly's give. */
class MaskedVitGoldenTest {

  private static final double TOLERANCE = 2e-5;

  @Test
  void backboneOfTorchvision_encodesAsThere() throws IOException {
    try (SafetensorsFile file = LightlyGolden.open("mae_backbone.safetensors");
        Setting setting =
            new Setting(
                LightlyGolden.torchvision().build(),
                file,
                file,
                name -> LightlyNames.torchvision("backbone.", name),
                TableResizing.BICUBIC)) {
      setting.compare("encode", TokenMasks.NONE);
      setting.compare("encode_idx_keep", setting.kept("idx_keep"));
      setting.compareFeatures("forward", TokenMasks.NONE, Pooling.CLASS_TOKEN);
      setting.compareFeatures("forward_idx_keep", setting.kept("idx_keep"), Pooling.CLASS_TOKEN);
      setting.compareAt("images_larger", "encode_larger");
      setting.compareTable("images_larger", "pos_larger");
      setting.compareTable("images_smaller", "pos_smaller");
    }
  }

  @Test
  void maskedBackboneOfTorchvision_encodesAsThere() throws IOException {
    VitConfig config = LightlyGolden.torchvision().maskToken(true).build();
    Function<String, String> names =
        name ->
            name.equals("mask_token")
                ? "model.mask_token"
                : LightlyNames.torchvision("model.vit.", name);
    try (SafetensorsFile file = LightlyGolden.open("masked_vit_torchvision.safetensors");
        SafetensorsFile images = LightlyGolden.open("mae_backbone.safetensors")) {
      try (Setting setting = new Setting(config, file, images, names, TableResizing.ANTIALIASED)) {
        TokenMasks masked = setting.masked("idx_mask");
        setting.compareFeatures("forward", TokenMasks.NONE, Pooling.CLASS_TOKEN);
        setting.compare("encode_idx_mask", masked);
        setting.compare("encode_mask", setting.flags("bool_mask"));
        setting.compare("encode_idx_keep", setting.kept("idx_keep"));
        setting.compare(
            "encode_idx_mask_idx_keep",
            new TokenMasks(masked.masked(), setting.kept("idx_keep").kept()));
        assertClose(
            "preprocess_idx_mask",
            setting.model.entering(setting.packed, masked, Precision.FP32, setting.scope),
            file.floats("preprocess_idx_mask"),
            TOLERANCE);
        setting.compareAt("images_larger", "encode_larger");
        setting.compareAt("images_smaller", "encode_smaller");
      }
      try (Setting setting = new Setting(config, file, images, names, TableResizing.BICUBIC)) {
        setting.compareAt("images_smaller", "encode_smaller_no_antialias");
      }
    }
  }

  @Test
  void maskedBackboneOfTimm_encodesAsThere() throws IOException {
    JsonObject json = GoldenFiles.read(GoldenFiles.lightly().resolve("masked_vit_timm.json"));
    int patch = json.get("patch_size").getAsInt();
    int grid = json.get("img_size").getAsInt() / patch;
    boolean mean = json.get("global_pool").getAsString().equals("avg");
    VitConfig config =
        VitConfig.builder()
            .grid(grid, grid)
            .patchSize(patch)
            .width(json.get("embed_dim").getAsInt())
            .depth(json.get("depth").getAsInt())
            .heads(json.get("num_heads").getAsInt())
            .mlpRatio(json.get("mlp_ratio").getAsDouble())
            .registerTokens(json.get("reg_tokens").getAsInt())
            .prefixPositions(!json.get("no_embed_class").getAsBoolean())
            .positions(Positions.SINE_COSINE)
            .maskToken(true)
            .build();
    Function<String, String> names =
        name -> name.equals("mask_token") ? "model.mask_token" : LightlyNames.timm(name);
    TableResizing resizing =
        json.get("antialias_pos_embed").getAsBoolean()
            ? TableResizing.ANTIALIASED
            : TableResizing.BICUBIC;
    try (SafetensorsFile file = LightlyGolden.open("masked_vit_timm.safetensors");
        SafetensorsFile images = LightlyGolden.open("mae_backbone.safetensors");
        Setting setting = new Setting(config, file, images, names, resizing)) {
      setting.compareFeatures(
          "forward", TokenMasks.NONE, mean ? Pooling.MEAN : Pooling.CLASS_TOKEN);
      setting.compare("encode", TokenMasks.NONE);
      setting.compare("encode_idx_mask", setting.masked("idx_mask"));
      setting.compare("encode_idx_keep", setting.kept("idx_keep"));
      setting.compareAt("images_larger", "encode_larger");
      List<NDArray> inside =
          setting.model.intermediates(
              setting.packed, TokenMasks.NONE, List.of(0, -1), true, Precision.FP32, setting.scope);
      assertClose(
          "intermediates_0_normed",
          inside.get(0),
          file.floats("intermediates_0_normed"),
          TOLERANCE);
      assertClose(
          "intermediates_last_normed",
          inside.get(1),
          file.floats("intermediates_last_normed"),
          TOLERANCE);
    }
  }

  /** One model, one packed batch, one scope. */
  private static final class Setting implements AutoCloseable {
    final VitConfig config;
    final SafetensorsFile file;
    final SafetensorsFile images;
    final SafetensorsFile indices;
    final TableResizing resizing;
    final ModalitySpec image;
    final Parameters parameters;
    final VisionTransformer model;
    final PackedBatch packed;
    final StepScope scope;

    Setting(
        VitConfig config,
        SafetensorsFile file,
        SafetensorsFile images,
        Function<String, String> names,
        TableResizing resizing)
        throws IOException {
      this.config = config;
      this.file = file;
      this.images = images;
      this.indices = file.find("idx_keep").isPresent() ? file : images;
      this.resizing = resizing;
      image = LightlyGolden.spec(images, "images", config.patchSize());
      parameters = GoldenImages.parameters(new VitDescription(config, image).layout(), file, names);
      model = new VisionTransformer(config, image, parameters, resizing);
      packed = LightlyGolden.pack(images, "images", config.patchSize());
      scope = StepScope.open(parameters.manager());
    }

    TokenMasks kept(String name) throws IOException {
      return new TokenMasks(null, LightlyGolden.index(indices, name, scope.manager()));
    }

    TokenMasks masked(String name) throws IOException {
      int length = config.prefixTokens() + image.layout().places();
      return new TokenMasks(LightlyGolden.mask(indices, name, length, scope.manager()), null);
    }

    TokenMasks flags(String name) throws IOException {
      return new TokenMasks(LightlyGolden.booleans(file, name, scope.manager()), null);
    }

    void compare(String name, TokenMasks masks) throws IOException {
      assertClose(
          name,
          model.tokens(packed, masks, Precision.FP32, null, scope),
          file.floats(name),
          TOLERANCE);
    }

    void compareFeatures(String name, TokenMasks masks, Pooling pooling) throws IOException {
      assertClose(
          name,
          model.pooled(packed, masks, pooling, Precision.FP32, null, scope),
          file.floats(name),
          TOLERANCE);
    }

    void compareAt(String pictures, String name) throws IOException {
      try (PackedBatch other = LightlyGolden.pack(images, pictures, config.patchSize())) {
        assertClose(
            name,
            model.tokens(other, TokenMasks.NONE, Precision.FP32, null, scope),
            file.floats(name),
            TOLERANCE);
      }
    }

    void compareTable(String pictures, String name) throws IOException {
      ModalitySpec spec = LightlyGolden.spec(images, pictures, config.patchSize());
      try (KernelModule kernels = Kernels.loadModel()) {
        VitEmbedding embedding = new VitEmbedding(kernels, config, spec, parameters, resizing);
        assertClose(
            name,
            embedding.everyPlace("pos_embed", VitImage.grid(config, spec), scope),
            file.floats(name),
            TOLERANCE);
      }
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
