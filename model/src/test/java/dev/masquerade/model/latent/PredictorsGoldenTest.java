package dev.masquerade.model.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.Positions;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.golden.GoldenCase;
import dev.masquerade.model.golden.GoldenFolder;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Predictors of latent patches are those of Lightly. */
class PredictorsGoldenTest {

  static Stream<Path> files() {
    return GoldenFolder.of("lightly").find("advanced_modules.*\\.safetensors").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void ijepa_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      int places = golden.axis("ijepa.decoder.pos_embed", 1);
      int width = golden.axis("ijepa.decoder.pos_embed", 2);
      int hidden = golden.axis("ijepa.decoder.blocks.0.mlp.fc1.weight", 0);
      List<NDArray> masks = new ArrayList<>();
      for (int i = 0; golden.has("ijepa_masks" + i); i++) {
        masks.add(golden.array("ijepa_masks" + i));
      }
      float[] expected = golden.floats("ijepa_out");
      // The file does not say how many heads there are; one number of them must do.
      List<Integer> fitting = new ArrayList<>();
      for (int heads = 1; heads <= width; heads++) {
        if (width % heads != 0) {
          continue;
        }
        PredictorShape shape =
            new PredictorShape(
                new TokenLayout.Grid(1, places),
                golden.axis("ijepa_x", 2),
                width,
                golden.depth("ijepa.decoder.blocks.", "norm1.weight"),
                heads,
                (double) hidden / width);
        try (Parameters parameters = golden.parameters("ijepa.", IjepaPredictor.layout(shape))) {
          NDArray actual =
              new IjepaPredictor(golden.kernels, shape, parameters)
                  .predict(
                      golden.array("ijepa_x"),
                      golden.array("ijepa_masks_x"),
                      masks,
                      Precision.FP32,
                      golden.scope);
          assertThat(actual.getShape()).isEqualTo(golden.array("ijepa_out").getShape());
          if (largestDifference(actual.toFloatArray(), expected) < LatentGolden.FORWARD) {
            fitting.add(heads);
          }
        }
      }
      assertThat(fitting).hasSize(1);
    }
  }

  private static double largestDifference(float[] actual, float[] expected) {
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource("files")
  void capi_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      int width = golden.axis("capi.mask_token", 2);
      int grid = (int) golden.note("capi", "grid (\\d+)");
      PredictorShape shape =
          new PredictorShape(
              new TokenLayout.Grid(grid, grid),
              width,
              width,
              golden.depth("capi.blocks.", "to_query.weight"),
              (int) golden.note("capi", "(\\d+) heads"),
              (double) golden.axis("capi.blocks.0.mlp.0.weight", 0) / width);
      try (Parameters parameters = golden.parameters("capi.", CapiPredictor.layout(shape))) {
        golden.compare(
            "capi_out",
            new CapiPredictor(golden.kernels, shape, parameters)
                .predict(
                    golden.array("capi_context"),
                    golden.array("capi_context_positions"),
                    golden.array("capi_query_positions"),
                    Precision.FP32,
                    golden.scope));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aim_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      int patch = golden.axis("aim.patch_embed.proj.weight", 2);
      int rows = golden.axis("aim_images", 2) / patch;
      int columns = golden.axis("aim_images", 3) / patch;
      int width = golden.axis("aim.pos_embed", 2);
      VitConfig config =
          VitConfig.builder()
              .grid(rows, columns)
              .patchSize(patch)
              .channels(golden.axis("aim_images", 1))
              .width(width)
              .depth(golden.depth("aim.blocks.", "norm1.weight"))
              .heads((int) golden.note("aim", "(\\d+) heads"))
              .mlpRatio((double) golden.axis("aim.blocks.0.mlp.fc1.weight", 0) / width)
              .classToken(false)
              .positions(Positions.LEARNED)
              .pooling(Pooling.MEAN)
              .build();
      NDArray patches =
          golden
              .scope
              .manager()
              .create(
                  GoldenCase.patches(
                      golden.floats("aim_images"),
                      golden.file.get("aim_images").shape(),
                      new TokenLayout.Grid(rows, columns)),
                  new Shape(golden.axis("aim_images", 0), config.places(), config.patchWidth()));
      try (Parameters parameters = golden.parameters("aim.", VitTensors.of(config))) {
        CausalTransformer transformer = new CausalTransformer(golden.kernels, config, parameters);
        golden.compare(
            "aim_features",
            transformer.tokens(patches, golden.array("aim_mask"), Precision.FP32, golden.scope));
        golden.compare(
            "aim_features_nomask", transformer.tokens(patches, null, Precision.FP32, golden.scope));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aimHead_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      int blocks = 0;
      while (golden.has("aim_head.blocks." + (blocks + 1) + ".norm.weight")) {
        blocks++;
      }
      int hidden = golden.axis("aim_head.blocks.0.weight", 0);
      AimHead.HeadShape shape =
          new AimHead.HeadShape(
              golden.axis("aim_head.blocks.0.weight", 1),
              hidden,
              golden.axis("aim_head.blocks." + (blocks + 2) + ".weight", 0),
              blocks,
              (double) golden.axis("aim_head.blocks.1.mlp.fc1.weight", 0) / hidden,
              golden.has("aim_head.blocks.1.mlp.fc1.bias"));
      try (Parameters parameters = golden.parameters("aim_head.", AimHead.layout(shape))) {
        golden.compare(
            "aim_head_out",
            new AimHead(golden.kernels, shape, parameters)
                .predict(golden.array("aim_features"), Precision.FP32, golden.scope));
      }
    }
  }

  @Test
  void widthsThatDoNotMeet_areRefusedByName() {
    PredictorShape shape = new PredictorShape(new TokenLayout.Grid(4, 4), 512, 32, 1, 4, 2);
    assertThatThrownBy(() -> shape.after(256).require())
        .hasMessageContaining(
            "encoder gives 256, but predictor takes 512. Set predictor.inputs to 256, or"
                + " encoder.width to 512");
    assertThatThrownBy(() -> CapiPredictor.layout(shape))
        .hasMessageContaining("encoder gives 512, but blocks take 32");
    AimHead.HeadShape head = new AimHead.HeadShape(24, 12, 16, 1, 2, true);
    assertThatThrownBy(() -> head.between(32, 48).require())
        .hasMessageContaining("encoder gives 32, but head takes 24")
        .hasMessageContaining("head gives 16, but the comparison with patches takes 48");
  }
}
