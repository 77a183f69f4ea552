package dev.masquerade.model.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VisionTransformerTest {

  private static final int PATCH = 2;
  private static final ModalitySpec IMAGE = GoldenImages.spec(2, 3, PATCH, 1);

  private static VitConfig.Builder config() {
    return VitConfig.builder().grid(2, 3).patchSize(PATCH).channels(1).width(16).depth(2).heads(2);
  }

  @FunctionalInterface
  private interface Check {
    void with(VisionTransformer model, StepScope scope);
  }

  private static void check(VitConfig config, Check check) {
    ParameterInitialiser start = new ParameterInitialiser(5);
    try (Parameters parameters =
            Parameters.create(
                new VitDescription(config, IMAGE).layout(),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        VisionTransformer model = new VisionTransformer(config, IMAGE, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      check.with(model, scope);
    }
  }

  /** Packs rows of which the given numbers of leading places are seen. */
  private static PackedBatch pack(ModalitySpec image, int... seen) {
    MaskedBatch batch = MaskedBatch.allocate(List.of(image), seen.length);
    MaskedBatch.Part part = batch.parts().get(0);
    int places = image.layout().places();
    for (int row = 0; row < seen.length; row++) {
      batch.addRow("image" + row);
      for (int place = 0; place < seen[row]; place++) {
        int at = row * places + place;
        part.encoderIgnored[at] = false;
        for (int i = 0; i < part.width; i++) {
          part.vectors[at * part.width + i] = (float) Math.sin(1 + at * part.width + i);
        }
      }
    }
    return new Packer(List.of(image), PackLimits.NONE).pack(batch);
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void featuresOfShorterRows_areAsIfAlone(Pooling pooling) {
    check(
        config().registerTokens(2).build(),
        (model, scope) -> {
          try (PackedBatch alone = pack(IMAGE, 3);
              PackedBatch together = pack(IMAGE, 3, 6)) {
            float[] expected = model.features(alone, pooling, Precision.FP32, scope).toFloatArray();
            float[] both = model.features(together, pooling, Precision.FP32, scope).toFloatArray();
            assertThat(both).hasSize(2 * expected.length);
            for (int i = 0; i < expected.length; i++) {
              assertThat(both[i]).isCloseTo(expected[i], within(1e-5f));
            }
          }
        });
  }

  @Test
  void poolingOfPatches_leavesPrefixTokensOut() {
    check(
        config().registerTokens(2).build(),
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, 6)) {
            float[] tokens =
                model.tokens(batch, TokenMasks.NONE, Precision.FP32, null, scope).toFloatArray();
            float[] mean =
                model.features(batch, Pooling.MEAN, Precision.FP32, scope).toFloatArray();
            float[] max = model.features(batch, Pooling.MAX, Precision.FP32, scope).toFloatArray();
            for (int d = 0; d < mean.length; d++) {
              float sum = 0;
              float largest = Float.NEGATIVE_INFINITY;
              for (int place = 3; place < 9; place++) {
                sum += tokens[place * mean.length + d];
                largest = Math.max(largest, tokens[place * mean.length + d]);
              }
              assertThat(mean[d]).isCloseTo(sum / 6, within(1e-5f));
              assertThat(max[d]).isCloseTo(largest, within(1e-6f));
            }
          }
        });
  }

  @Test
  void maskedTokens_hideTheirContent() {
    check(
        config().maskToken(true).build(),
        (model, scope) -> {
          NDArray all = scope.manager().ones(new Shape(1, 7), DataType.BOOLEAN);
          TokenMasks masks = new TokenMasks(all, null);
          ModalitySpec image = IMAGE;
          try (PackedBatch one = pack(image, 6);
              PackedBatch two = pack(image, 6, 6)) {
            float[] first = model.tokens(one, masks, Precision.FP32, null, scope).toFloatArray();
            NDArray both = scope.manager().ones(new Shape(2, 7), DataType.BOOLEAN);
            float[] second =
                model
                    .tokens(two, new TokenMasks(both, null), Precision.FP32, null, scope)
                    .toFloatArray();
            for (int i = 0; i < second.length; i++) {
              assertThat(second[i]).isCloseTo(first[i % first.length], within(1e-5f));
            }
          }
        });
  }

  @Test
  void imagesOfAnotherShape_areSeen() {
    check(
        config().build(),
        (model, scope) -> {
          for (int[] grid : new int[][] {{5, 2}, {7, 29}, {1, 1}}) {
            ModalitySpec other = GoldenImages.spec(grid[0], grid[1], PATCH, 1);
            try (PackedBatch batch = pack(other, grid[0] * grid[1])) {
              float[] features =
                  model.features(batch, Pooling.CLASS_TOKEN, Precision.FP32, scope).toFloatArray();
              assertThat(features).hasSize(16);
              for (float value : features) {
                assertThat(value).isFinite();
              }
            }
          }
        });
  }

  @Test
  void tableThatLearns_getsGradientsThroughResizing() {
    check(
        config().classes(3).build(),
        (model, scope) -> {
          ModalitySpec other = GoldenImages.spec(3, 3, PATCH, 1);
          try (PackedBatch batch = pack(other, 9)) {
            NDArray targets = scope.manager().create(new float[] {0, 1, 0}, new Shape(1, 3));
            var result =
                model.lossAndGradients(
                    batch,
                    targets,
                    Precision.FP32,
                    org.apache.commons.rng.simple.RandomSource.SPLIT_MIX_64.create(1),
                    scope);
            for (int i = 0; i < result.gradients().size(); i++) {
              NDArray gradient = result.gradients().get(i);
              String name = model.parameters().trainable().get(i).name();
              assertThat(gradient).as(name).isNotNull();
              if (name.equals("pos_embed")) {
                assertThat(GoldenImages.norm(gradient.toFloatArray())).isPositive();
              }
            }
          }
        });
  }

  @Test
  void whatAModelLacks_isSaid() {
    check(
        config().classToken(false).build(),
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, 6)) {
            assertThatThrownBy(
                    () -> model.features(batch, Pooling.CLASS_TOKEN, Precision.FP32, scope))
                .hasMessageContaining("no class token");
            assertThatThrownBy(() -> model.logits(batch, Precision.FP32, scope))
                .hasMessageContaining("no head");
            NDArray masked = scope.manager().ones(new Shape(1, 6), DataType.BOOLEAN);
            assertThatThrownBy(
                    () ->
                        model.tokens(
                            batch, new TokenMasks(masked, null), Precision.FP32, null, scope))
                .hasMessageContaining("no mask token");
            assertThat(
                    model
                        .features(batch, Pooling.MEAN, Precision.FP32, scope)
                        .getShape()
                        .getShape())
                .containsExactly(1, 16);
          }
        });
  }

  @Test
  void targetsOfAnotherShape_areRefused() {
    check(
        config().classes(3).build(),
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, 6)) {
            NDArray targets = scope.manager().zeros(new Shape(1, 4));
            assertThatThrownBy(() -> model.loss(batch, targets, Precision.FP32, scope))
                .hasMessageContaining("a share per image and class")
                .hasMessageContaining("(1, 3)");
          }
        });
  }

  @Test
  void headOfAnotherWidth_isRefusedByName() {
    VitConfig narrow = config().classes(3).build();
    VitConfig wide = config().width(32).classes(3).build();
    assertThatThrownBy(
            () -> VitChain.of(wide, new VitDescription(narrow, IMAGE).layout()).require())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width gives 32, but patch_embed takes 16")
        .hasMessageContaining("set width");
  }

  @Test
  void configsThatCannotBe_areRefusedWithTheField() {
    assertThatThrownBy(() -> config().heads(3).build())
        .hasMessageContaining("width must be divisible by heads 3");
    assertThatThrownBy(() -> config().pooling(Pooling.MAX).classes(2).build())
        .hasMessageContaining("pooling must be CLASS_TOKEN or MEAN");
    assertThatThrownBy(() -> config().classToken(false).classes(2).build())
        .hasMessageContaining("pooling must be MEAN");
    assertThatThrownBy(() -> config().dropPath(1).build()).hasMessageContaining("dropPath");
  }
}
