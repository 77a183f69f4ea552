package dev.masquerade.model.weights.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.released.WeightChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the training program of the 4M reference saves: no config, and maybe two models. */
class TrainingProgramFileTest {

  private static final FourMDescription MODEL =
      new FourMDescription(
          ModelConfig.builder()
              .dim(128)
              .heads(2)
              .encoderDepth(2)
              .decoderDepth(1)
              .imageSize(32)
              .patchSize(8)
              .registerTokens(3)
              .tiedHeads(false)
              .build(),
          List.of(
              new ModalitySpec(
                  new ModalityName("caption"),
                  new TokenSpace.Discrete(300),
                  new TokenLayout.Sequence(
                      256, new SpanMarks(0, 3, 4, 200), TokenLayout.Unit.TOKEN),
                  Set.of(Role.INPUT, Role.TARGET)),
              new ModalitySpec(
                  new ModalityName("rgb@32"),
                  new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
                  new TokenLayout.Grid(4, 4),
                  Set.of(Role.INPUT)),
              new ModalitySpec(
                  new ModalityName("tok_depth@32"),
                  new TokenSpace.Discrete(20),
                  new TokenLayout.Grid(4, 4),
                  Set.of(Role.INPUT, Role.TARGET))));

  @TempDir Path directory;

  private final ByteBuffer values = ByteBuffer.allocate(1 << 24).order(ByteOrder.LITTLE_ENDIAN);

  private Path write(String... models) throws IOException {
    PickleWriter pickle = PickleWriter.protocol2().ops("}(");
    int seed = 1;
    for (String model : models) {
      pickle.text(model);
      model(pickle, seed++, "");
    }
    pickle.text("epoch").number(3);
    pickle.text("optimizer").ops("}(").text("state");
    model(pickle, 9, "moments.");
    pickle.ops("u").text("args").global("argparse", "Namespace").ops(")").raw(0x81);
    pickle.ops("}(").text("decoder_causal_mask").raw(0x88).text("lr").number(1).ops("ub");
    byte[] end = pickle.ops("u").end();
    byte[] storage = new byte[values.position()];
    values.flip().get(storage);
    return PickleWriter.file(directory.resolve("checkpoint-3.pth"), end, storage);
  }

  private void model(PickleWriter pickle, int seed, String prefix) {
    pickle.ops("}(");
    ParameterInitialiser initialiser = new ParameterInitialiser(seed);
    for (ParameterSpec spec : MODEL.layout().parameters()) {
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      long[] strides = new long[shape.length];
      long stride = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= shape[axis];
      }
      long offset = values.position() / 4;
      for (float value :
          initialiser.values(MODEL.layout().get(MODEL.layout().owner(spec.name())))) {
        values.putFloat(value);
      }
      pickle
          .text(prefix + spec.name())
          .tensor("FloatStorage", "0", ELEMENTS, offset, shape, strides);
    }
    pickle.ops("u");
  }

  /** Placeholder for the storage's length, which all references must agree on. */
  private static final long ELEMENTS =
      3 * MODEL.layout().parameters().stream().mapToLong(ParameterSpec::elements).sum();

  @Test
  void trainedModel_isDescribedByItsPartsAndTaken() throws IOException {
    Path file = write("model", "model_ema");
    assertThat(StoredModel.describesItself(file)).isTrue();
    try (StoredModel stored = StoredModel.open(file)) {
      stored.match().require();
      assertThat(stored.taken().orElseThrow().describe()).isEqualTo("\"model\", not \"model_ema\"");
      FourMDescription found = (FourMDescription) stored.description();
      assertThat(found.modalities()).isEqualTo(MODEL.modalities());
      assertThat(found.config()).isEqualTo(MODEL.config().toBuilder().causalDecoder(true).build());
      assertThat(stored.tensors().floats("encoder.0.attn.qkv.weight"))
          .isEqualTo(start(1, "encoder.0.attn.qkv.weight"));
    }
  }

  @Test
  void average_isTakenWhereAskedFor() throws IOException {
    Path file = write("model", "model_ema");
    try (StoredModel stored = StoredModel.open(file, WeightChoice.EMA)) {
      assertThat(stored.taken().orElseThrow().describe()).isEqualTo("\"model_ema\", not \"model\"");
      assertThat(stored.tensors().floats("mask_token")).isEqualTo(start(2, "mask_token"));
    }
  }

  @Test
  void averageThatIsNotThere_isRefused() throws IOException {
    Path file = write("model", "other");
    assertThatThrownBy(() -> StoredModel.open(file, WeightChoice.EMA))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("checkpoint-3.pth: holds no moving average")
        .hasMessageContaining("\"model\"");
  }

  private static float[] start(int seed, String name) {
    return new ParameterInitialiser(seed).values(MODEL.layout().get(name));
  }
}
