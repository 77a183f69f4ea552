package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DimensionChainTest {

  static Stream<GoldenModel> models() {
    return GoldenFiles.models().stream().map(GoldenModel::read);
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsOfOneConfig_fitAtEveryJoint(GoldenModel golden) {
    DimensionChain chain =
        DimensionChain.of(ParameterLayout.of(golden.config(), golden.modalities()));

    assertThat(chain.require().joints()).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "decoder_proj_context.weight | 1 | encoder_norm gives D, but decoder_proj_context takes 7",
        "decoder_proj_context.weight | 0 | decoder_proj_context gives 7, but decoder.0.cross_attn.kv"
            + " takes D",
        "encoder_norm.weight | 0 | gives D, but encoder_norm takes 7",
        "decoder.0.cross_attn.kv.weight | 1 | decoder_proj_context gives D, but"
            + " decoder.0.cross_attn.kv takes 7",
        "encoder.0.mlp.fc2.weight | 1 | but encoder.0.mlp.fc2 takes 7",
        "encoder.0.attn.qkv.weight | 0 | encoder.0.attn.qkv gives 7",
        "decoder_norm.weight | 0 | decoder_norm gives 7",
        "mask_token | 2 | mask_token gives 7, but decoder.0 takes D",
      })
  void aPartOfAnotherWidth_isNamedWithItsNeighbour(String tensor, int axis, String message) {
    GoldenModel golden = models().findFirst().orElseThrow();
    Map<String, List<Long>> shapes =
        ParameterLayoutGoldenTest.shapes(ParameterLayout.of(golden.config(), golden.modalities()));
    List<Long> shape = new ArrayList<>(shapes.get(tensor));
    shape.set(axis, 7L);
    shapes.put(tensor, shape);

    assertThatThrownBy(() -> DimensionChain.of(TensorShapes.of(shapes)).require())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The parts of this model do not fit together:")
        .hasMessageContaining(message.replace("D", Integer.toString(golden.config().dim())));
  }

  @Test
  void parametersOfAnotherConfig_areRefused() {
    GoldenModel golden = models().findFirst().orElseThrow();
    ParameterLayout layout = ParameterLayout.of(golden.config(), golden.modalities());
    int depth = golden.config().encoderDepth();

    DimensionChain.of(golden.config(), layout).require();
    assertThatThrownBy(
            () ->
                DimensionChain.of(
                        golden.config().toBuilder().encoderDepth(depth + 1).build(), layout)
                    .require())
        .hasMessageContaining("encoderDepth gives " + (depth + 1) + ", but encoder takes " + depth)
        .hasMessageContaining("Lay out the parameters from the model's own config");
  }

  @Test
  void joinedByHand_saysWhatToChange() {
    DimensionChain chain =
        new DimensionChain()
            .joint("encoder", 384, "context projection", 512, "Set dim of the decoder to 384");

    assertThatThrownBy(chain::require)
        .hasMessageContaining(
            "encoder gives 384, but context projection takes 512. Set dim of the decoder to 384");
  }
}
