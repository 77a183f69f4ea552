package dev.masquerade.model.weights.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.tokenizer.NetworkCodecReader;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.model.weights.CheckpointReport;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.released.ModelConversion;
import dev.masquerade.model.weights.released.Packaging;
import dev.masquerade.model.weights.released.WeightChoice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the training program of the 4M reference saves of tokenizers, without a config. */
class TokenizerProgramFileTest {

  /** Hidden widths are not 4 times the width, and no released size is so narrow. */
  private static final VqDescription MODEL = pictures();

  private static final VqDescription POINT_WISE = features();

  @TempDir Path directory;

  private static VqDescription pictures() {
    CoderShape coder = new CoderShape.VisionTransformer(64, 2, 1, 2, true, 0);
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            3,
            0,
            2,
            2,
            4,
            coder,
            6,
            new QuantizerConfig.Codebook(
                CodeDistance.EUCLIDEAN,
                16,
                1,
                true,
                0.9,
                1,
                QuantizerConfig.Codebook.DEAD_SHARE,
                false),
            true);
    return new VqDescription(
        new VqConfig(tokens, coder, true, VqConfig.usualLoss(tokens)),
        image("rgb", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 2));
  }

  private static VqDescription features() {
    CoderShape coder = new CoderShape.PointWise(8, 2, 4);
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            10, 0, 1, 1, 1, coder, 8, new QuantizerConfig.Memcodes(12, 2, 1), false);
    return new VqDescription(
        new VqConfig(tokens, coder, false, VqConfig.usualLoss(tokens)),
        image("poses", new TokenSpace.Continuous(10), 1));
  }

  private static ModalitySpec image(String name, TokenSpace space, int edge) {
    return new ModalitySpec(
        new ModalityName(name),
        space,
        new TokenLayout.Grid(edge, edge),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private Path write(VqDescription model, String... copies) throws IOException {
    long elements = model.layout().parameters().stream().mapToLong(ParameterSpec::elements).sum();
    long all = elements * copies.length;
    ByteBuffer values = ByteBuffer.allocate((int) all * 4).order(ByteOrder.LITTLE_ENDIAN);
    PickleWriter pickle = PickleWriter.protocol2().ops("}(");
    int seed = 1;
    for (String copy : copies) {
      pickle.text(copy).ops("}(");
      ParameterInitialiser initialiser = new ParameterInitialiser(seed++);
      for (ParameterSpec spec : model.layout().parameters()) {
        long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
          strides[axis] = stride;
          stride *= shape[axis];
        }
        long offset = values.position() / 4;
        for (float value : initialiser.values(spec)) {
          values.putFloat(value);
        }
        pickle.text(spec.name()).tensor("FloatStorage", "0", all, offset, shape, strides);
      }
      pickle.ops("u");
    }
    pickle.text("args").global("argparse", "Namespace").ops(")").raw(0x81).ops("}(");
    pickle.text("domain").text(model.image().name().value());
    pickle.text("undo_std").raw(model.tokens().undoStandardisation() ? 0x88 : 0x89);
    pickle.text("norm_latents").raw(0x88);
    pickle.text("codebook_size").number(99);
    byte[] end = pickle.ops("ub").ops("u").end();
    return PickleWriter.file(directory.resolve("vq.pth"), end, values.array());
  }

  @Test
  void tokenizer_isDescribedByItsPartsAndArguments() throws IOException {
    Path file = write(MODEL, "model", "model_ema");
    assertThat(StoredModel.describesItself(file)).isTrue();
    try (StoredModel stored = StoredModel.open(file)) {
      stored.match().require();
      assertThat(stored.taken().orElseThrow().describe()).isEqualTo("\"model\", not \"model_ema\"");
      VqDescription found = (VqDescription) stored.description();
      assertThat(found.image()).isEqualTo(MODEL.image());
      // How fast codes move leaves no trace; it is that of the reference.
      QuantizerConfig.Codebook codes = (QuantizerConfig.Codebook) found.tokens().quantizer();
      assertThat(codes.decay()).isEqualTo(0.99);
      assertThat(codes.normalisedLatents()).isTrue();
      assertThat(codes.distance()).isEqualTo(CodeDistance.EUCLIDEAN);
      assertThat(found.config().decoder()).isEqualTo(MODEL.config().decoder());
      assertThat(found.tokens().encoder()).isEqualTo(MODEL.tokens().encoder());
      assertThat(found.tokens().undoStandardisation()).isTrue();
    }
  }

  @Test
  void average_isConvertedWhereAskedFor() throws IOException {
    Path file = write(MODEL, "model", "model_ema");
    Path out = directory.resolve("runs/below/vq");
    try (StoredModel stored = StoredModel.open(file, WeightChoice.EMA)) {
      ModelConversion.write(stored, stored.description(), false, out, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(out)) {
      stored.match().require();
      String name = "encoder.proj.weight";
      assertThat(stored.tensors().floats(name))
          .isEqualTo(new ParameterInitialiser(2).values(MODEL.layout().get(name)));
    }
    Path single = write(MODEL, "model");
    assertThatThrownBy(() -> StoredModel.open(single, WeightChoice.EMA))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("holds no moving average");
  }

  @Test
  void configBeside_counts() throws IOException {
    Path file = write(MODEL, "model");
    ConfigJson.write(MODEL, directory.resolve("config.json"));
    assertThat(StoredModel.describesItself(file)).isTrue();
    try (StoredModel stored = StoredModel.open(file)) {
      assertThat(stored.description()).isEqualTo(MODEL);
      stored.match().require();
    }
  }

  @Test
  void pointWiseTokenizer_isDescribedToo() throws IOException {
    try (StoredModel stored = StoredModel.open(write(POINT_WISE, "model"))) {
      stored.match().require();
      assertThat(stored.description()).isEqualTo(POINT_WISE);
    }
  }

  @Test
  void tokenizer_isShownAsOneAndReadsPictures() throws IOException {
    Path file = write(MODEL, "model");
    assertThat(CheckpointReport.of(file, false))
        .contains("a tokenizer of content into ids", "holds the weights of this model")
        .doesNotContain("no kind of weights that is known here");
    NetworkCodecReader reader = new NetworkCodecReader(new TokenizerDevice());
    assertThat(reader.reads(file)).isTrue();
    assertThat(reader.open(file).encode(new Planes(3, 8, 8, new float[192]))).hasSize(4);
  }
}
