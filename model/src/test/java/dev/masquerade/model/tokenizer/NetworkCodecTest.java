package dev.masquerade.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.NoSuchDeviceException;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCodecTest {

  private static final int CODES = 16;

  @TempDir Path directory;

  private static ModelDescription description(String name, TokenSpace space, int books) {
    boolean classes = space instanceof TokenSpace.ClassPatches;
    boolean colours =
        space instanceof TokenSpace.Pixels pixels
            && pixels.statistics().equals(ChannelStatistics.IMAGENET);
    int channels =
        classes ? 6 : space instanceof TokenSpace.Continuous vectors ? vectors.width() / 16 : 3;
    VqEncoderConfig tokens =
        new VqEncoderConfig(
            channels,
            classes ? 5 : 0,
            2,
            2,
            4,
            new CoderShape.VisionTransformer(8, 1, 2, true),
            4,
            new QuantizerConfig.Codebook(
                CodeDistance.COSINE, CODES, books, false, 0.99, 1, 0, false),
            colours);
    return new VqDescription(
        new VqConfig(
            tokens,
            new CoderShape.VisionTransformer(8, 1, 2, false),
            false,
            VqConfig.usualLoss(tokens)),
        new ModalitySpec(
            new ModalityName(name), space, new TokenLayout.Grid(2, 2), Set.of(Role.INPUT)));
  }

  private Path write(ModelDescription description, long seed) throws IOException {
    Path folder = Files.createTempDirectory(directory, "model");
    ParameterInitialiser initialiser = new ParameterInitialiser(seed);
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    ConfigJson.write(description, folder.resolve("config.json"));
    return folder;
  }

  private FrameCodec open(String name, TokenSpace space) throws IOException {
    return (FrameCodec)
        new NetworkCodecReader(new TokenizerDevice()).open(write(description(name, space, 1), 3));
  }

  private static List<Planes> frames(int count, int channels, int edge, float low) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(9);
    List<Planes> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Planes frame = Planes.zeros(channels, edge, edge);
      for (int k = 0; k < frame.values().length; k++) {
        frame.values()[k] = low + (1 - low) * rng.nextFloat();
      }
      frames.add(frame);
    }
    return frames;
  }

  @Test
  void framesTogether_becomeWhatTheyBecomeAlone_onAnyThread() throws IOException {
    FrameCodec codec = open("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET));
    List<Planes> frames = frames(5, 3, 8, 0);

    List<int[]> together = codec.encodeAll(frames);
    List<int[]> alone =
        IntStream.range(0, 5).parallel().mapToObj(i -> codec.encode(frames.get(i))).toList();

    for (int i = 0; i < 5; i++) {
      assertThat(together.get(i)).isEqualTo(alone.get(i)).hasSize(4);
    }
    assertThat(codec.vocabularySize()).isEqualTo(CODES);
    assertThat(codec.batchSize()).isGreaterThan(1);
    assertThat(codec.frames().content()).isEqualTo(FrameContent.COLOURS);
    assertThat(codec.frames().size()).isEqualTo(new FrameSize(8, 8));
    float[] rebuilt = codec.decodeAll(together).get(2).values();
    assertThat(rebuilt).hasSize(3 * 64);
    for (float sample : rebuilt) {
      assertThat(sample).isBetween(0f, 1f);
    }
  }

  @Test
  void certainExpectations_areWhatIdsDecodeTo() throws IOException {
    FrameCodec codec = open("depth@8", new TokenSpace.Continuous(16));
    int[] ids = {3, 0, 15, 7};
    float[] certain = new float[4 * CODES];
    for (int place = 0; place < 4; place++) {
      certain[place * CODES + ids[place]] = 1;
    }
    assertThat(codec.frames().standardised()).isTrue();
    float[] expected = codec.decodeExpected(certain).values();
    float[] decoded = codec.decode(ids).values();
    for (int i = 0; i < decoded.length; i++) {
      assertThat(expected[i]).isCloseTo(decoded[i], within(1e-5f));
    }
  }

  @Test
  void ranges_comeBackAsTheyWent() {
    for (ModalitySpec image :
        List.of(
            spec("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET)),
            spec("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.symmetric(3))),
            spec("normal@8", new TokenSpace.Pixels(4, ChannelStatistics.symmetric(3))))) {
      FrameRange range = FrameRange.of(image, 3).orElseThrow();
      boolean normals = image.name().base().equals("normal");
      assertThat(range.content()).isEqualTo(normals ? FrameContent.NORMALS : FrameContent.COLOURS);
      Planes frame = frames(1, 3, 8, normals ? -1 : 0).get(0);
      float[] back = range.fromNetwork(range.toNetwork(frame)).values();
      for (int i = 0; i < back.length; i++) {
        assertThat(back[i]).isCloseTo(frame.values()[i], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tok_normal@8, NORMALS",
    "normals, NORMALS",
    "surface-normal.v2, NORMALS",
    "normal2, NORMALS",
    "tok_rgb_normalised@8, COLOURS",
    "rgb_normalized, COLOURS",
    "abnormal, COLOURS"
  })
  void normals_areAWordOfTheName(String name, FrameContent content) {
    FrameRange range =
        FrameRange.of(spec("image@8", new TokenSpace.Pixels(4, ChannelStatistics.symmetric(3))), 3)
            .orElseThrow();
    assertThat(range.as(new ModalityName(name)).content()).isEqualTo(content);
  }

  private static ModalitySpec spec(String name, TokenSpace space) {
    return new ModalitySpec(
        new ModalityName(name), space, new TokenLayout.Grid(2, 2), Set.of(Role.INPUT));
  }

  @Test
  void classMaps_areEncodedFromNumbersOrPlanes() throws IOException {
    FrameCodec codec = open("semseg@8", new TokenSpace.ClassPatches(4, 5));
    char[] classes = new char[64];
    Planes planes = Planes.zeros(5, 8, 8);
    for (int pixel = 0; pixel < 64; pixel++) {
      classes[pixel] = (char) (pixel * 7 % 5);
      planes.values()[classes[pixel] * 64 + pixel] = 1;
    }
    assertThat(codec.encodeClasses(classes)).isEqualTo(codec.encode(planes));
    assertThat(codec.decode(new int[] {1, 2, 3, 4}).channels()).isEqualTo(5);
  }

  @Test
  void transformers_takeOtherSizesThatPatchesDivide() throws IOException {
    FrameCodec codec = open("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET));
    FrameCodec wide = codec.at(new FrameSize(8, 16)).orElseThrow();

    assertThat(wide.grid()).isEqualTo(new TokenLayout.Grid(2, 4));
    Planes frame = new Planes(3, 8, 16, new float[3 * 128]);
    assertThat(wide.encode(frame)).hasSize(8);
    assertThat(wide.fingerprint()).isEqualTo(codec.fingerprint());
    assertThat(codec.at(new FrameSize(8, 10))).isEmpty();
    assertThatThrownBy(() -> codec.encode(frame))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 planes of 8 x 8 was given 3 of 8 x 16");
  }

  @Test
  void oneFile_isOpenedOnce_andFingerprintsTellWeightsApart() throws IOException {
    NetworkCodecReader reader = new NetworkCodecReader(new TokenizerDevice());
    ModelDescription description =
        description("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 1);
    Path one = write(description, 3);
    Path other = write(description, 4);

    assertThat(reader.reads(one)).isTrue();
    assertThat(reader.open(one)).isSameAs(reader.open(one));
    assertThat(reader.open(one).fingerprint()).isNotEqualTo(reader.open(other).fingerprint());
  }

  @Test
  void severalIdsPerPlace_standCodebookAfterCodebook() throws IOException {
    TokenCodec codec =
        new NetworkCodecReader(new TokenizerDevice())
            .open(write(description("feature_map@2x2", new TokenSpace.Continuous(3 * 16), 2), 3));
    assertThat(codec).isNotInstanceOf(FrameCodec.class);
    assertThat(codec.grid()).isEqualTo(new TokenLayout.Grid(4, 2));
    assertThat(codec.on(new TokenLayout.Grid(2, 4)).orElseThrow().grid())
        .isEqualTo(new TokenLayout.Grid(2, 4));
    assertThat(codec.on(new TokenLayout.Grid(8, 2)).orElseThrow().decode(new int[16]).height())
        .isEqualTo(16);
    assertThat(codec.on(new TokenLayout.Grid(3, 3))).isEmpty();
    assertThat(codec.decode(codec.encode(frames(1, 3, 8, 0).get(0))).channels()).isEqualTo(3);
    Planes other = Planes.zeros(1, 8, 8);
    assertThatThrownBy(() -> codec.encode(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 planes of 8 x 8, was given 1 of 8 x 8");
  }

  @Test
  void picturesOfSeveralCodebooks_areStillPictures() throws IOException {
    FrameCodec codec =
        (FrameCodec)
            new NetworkCodecReader(new TokenizerDevice())
                .open(
                    write(
                        description(
                            "rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 2),
                        3));
    assertThat(codec.codebooks()).isEqualTo(2);
    assertThat(codec.grid()).isEqualTo(new TokenLayout.Grid(4, 2));
    FrameCodec wide = codec.at(new FrameSize(8, 16)).orElseThrow();
    assertThat(wide.grid()).isEqualTo(new TokenLayout.Grid(4, 4));
    Planes frame = new Planes(3, 8, 16, new float[3 * 128]);
    int[] ids = wide.encode(frame);
    assertThat(ids).hasSize(16);
    Planes decoded = wide.decode(ids);
    assertThat(decoded.width()).isEqualTo(16);
    assertThat(decoded.height()).isEqualTo(8);
    float[] certain = new float[16 * CODES];
    for (int place = 0; place < 16; place++) {
      certain[place * CODES + ids[place]] = 1;
    }
    float[] expected = wide.decodeExpected(certain).values();
    for (int i = 0; i < expected.length; i++) {
      assertThat(expected[i]).isCloseTo(decoded.values()[i], within(1e-5f));
    }
  }

  @Test
  void changedConfigsAndShards_areOpenedAnew() throws IOException {
    NetworkCodecReader reader = new NetworkCodecReader(new TokenizerDevice());
    Path folder = write(description("depth@8", new TokenSpace.Continuous(16), 1), 3);
    Path weights = folder.resolve("model.safetensors");
    String single = reader.open(folder).fingerprint();
    Files.writeString(folder.resolve("config.json"), "\n", StandardOpenOption.APPEND);
    assertThat(reader.open(folder).fingerprint()).isNotEqualTo(single);

    List<String> names = new ArrayList<>();
    try (TensorSource tensors = TensorSource.open(weights)) {
      tensors
          .tensors()
          .forEach(entry -> names.add("\"" + entry.name() + "\": \"part.safetensors\""));
    }
    Path part = Files.move(weights, folder.resolve("part.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {" + String.join(", ", names) + "}}");
    TokenCodec sharded = reader.open(folder);
    String before = sharded.fingerprint();
    assertThat(reader.open(folder)).isSameAs(sharded);
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length - 1] ^= 1;
    Files.write(part, bytes);
    Files.setLastModifiedTime(part, FileTime.fromMillis(1));
    assertThat(reader.open(folder).fingerprint()).isNotEqualTo(before);
  }

  @Test
  void parametersOfATokenizerThatCannotBeComposed_areClosed() {
    TokenizerDescription description =
        (TokenizerDescription)
            description("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 1);
    CoderShape pointWise = new CoderShape.PointWise(8, 1, 0);
    VqEncoderConfig features =
        new VqEncoderConfig(
            6,
            0,
            2,
            2,
            1,
            pointWise,
            4,
            new QuantizerConfig.Codebook(CodeDistance.COSINE, CODES),
            false);
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    Parameters other =
        Parameters.create(
            new VqDescription(
                    new VqConfig(features, pointWise, false, VqConfig.usualLoss(features)),
                    spec("features", new TokenSpace.Continuous(6)))
                .layout(),
            ComputeEngine.start().device(DeviceChoice.CPU),
            spec -> FloatBuffer.wrap(initialiser.values(spec)));

    assertThatThrownBy(() -> LoadedNetwork.compose(description, other, Precision.FP32))
        .isInstanceOf(RuntimeException.class);
    assertThat(other.manager().isOpen()).isFalse();
  }

  @Test
  void deviceIsAsked_whenANetworkIsFirstUsed_andArithmeticMarksItsIds() throws IOException {
    TokenizerDevice device = new TokenizerDevice();
    Path written =
        write(description("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 1), 3);
    TokenCodec codec = new NetworkCodecReader(device).open(written);
    String single = codec.fingerprint();
    Assumptions.assumeTrue(ComputeEngine.start().gpuCount() == 0);
    device.choose(DeviceChoice.GPU);
    Planes frame = Planes.zeros(3, 8, 8);
    assertThatThrownBy(() -> codec.encode(frame)).isInstanceOf(NoSuchDeviceException.class);
    device.choose(DeviceChoice.CPU);
    assertThat(codec.encode(frame)).hasSize(4);
    device.choose(new TokenizerDevice.Choice(DeviceChoice.CPU, Precision.BF16));
    assertThat(codec.fingerprint()).isEqualTo(single + "-BF16");
  }

  @Test
  void damagedDirectories_areRefused() throws IOException {
    NetworkCodecReader reader = new NetworkCodecReader(new TokenizerDevice());
    Path damaged =
        write(description("rgb@8", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), 1), 3);
    Files.delete(damaged.resolve("config.json"));
    Files.write(damaged.resolve("model.safetensors"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> reader.open(damaged)).isInstanceOf(InvalidSettingsException.class);
  }
}
