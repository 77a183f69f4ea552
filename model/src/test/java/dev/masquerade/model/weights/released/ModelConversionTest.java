package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.lora.AdaptedParts;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.SmallTokenizers;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConversionTest {

  private static final ParameterInitialiser SEED = new ParameterInitialiser(3);

  private static final FourMDescription MODEL = model(Optional.empty(), "rgb@32");

  @TempDir Path directory;

  private static FourMDescription model(Optional<LoraConfig> lora, String... pictures) {
    List<ModalitySpec> modalities = new ArrayList<>();
    for (String name : pictures) {
      modalities.add(
          new ModalitySpec(
              new ModalityName(name),
              new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
              new TokenLayout.Grid(4, 4),
              Set.of(Role.INPUT)));
    }
    modalities.add(
        new ModalitySpec(
            new ModalityName("tok_depth@32"),
            new TokenSpace.Discrete(20),
            new TokenLayout.Grid(4, 4),
            Set.of(Role.INPUT, Role.TARGET)));
    return new FourMDescription(
        ModelConfig.builder()
            .dim(16)
            .heads(2)
            .encoderDepth(2)
            .decoderDepth(1)
            .imageSize(32)
            .patchSize(8)
            .tiedHeads(false)
            .lora(lora)
            .build(),
        modalities);
  }

  /** Writes a model as others do: in an order and with metadata that we would not choose. */
  private Path write(String name, FourMDescription model) throws IOException {
    Path made = Files.createDirectories(directory.resolve(name));
    ConfigJson.write(model, made.resolve(StoredModel.CONFIG));
    StringBuilder header = new StringBuilder("{");
    List<ParameterSpec> specs = new ArrayList<>(model.layout().parameters());
    Collections.reverse(specs);
    int offset = 0;
    int all = specs.stream().mapToInt(spec -> (int) spec.elements() * 4).sum();
    ByteBuffer data = ByteBuffer.allocate(all).order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterSpec spec : specs) {
      int bytes = (int) spec.elements() * 4;
      header.append(
          "\"%s\": {\"shape\": %s, \"data_offsets\": [%d, %d], \"dtype\": \"F32\"}, "
              .formatted(spec.name(), spec.shape(), offset, offset + bytes));
      for (float value : SEED.values(model.layout().get(model.layout().owner(spec.name())))) {
        data.putFloat(value);
      }
      offset += bytes;
    }
    header.append("\"__metadata__\": {\"z\": \"1\", \"format\": \"pt\"}}  ");
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + all).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data.array());
    Files.write(made.resolve(StoredModel.WEIGHTS), file.array());
    return made;
  }

  @Test
  void directory_becomesARunAndComesBackByteByByte() throws IOException {
    Path hub = write("hub", model(Optional.empty(), "rgb@32"));
    Path run = directory.resolve("run");
    Path back = directory.resolve("back");

    Packaging.RUN.copy(CheckpointPath.weights(hub), run, MODEL);
    assertThat(run.resolve("checkpoints/LATEST")).hasContent("step-0\n");
    try (StoredModel model = StoredModel.open(CheckpointPath.weights(run))) {
      model.match().require();
    }
    Packaging.HUB.copy(CheckpointPath.weights(run), back, MODEL);

    for (String file : List.of(StoredModel.WEIGHTS, StoredModel.CONFIG)) {
      assertThat(back.resolve(file)).hasSameBinaryContentAs(hub.resolve(file));
    }
  }

  @Test
  void severalFiles_areCopiedWithTheirIndex() throws IOException {
    FourMDescription model = model(Optional.empty(), "rgb@32");
    Path hub = Files.createDirectories(directory.resolve("hub"));
    ConfigJson.write(model, hub.resolve(StoredModel.CONFIG));
    List<ParameterSpec> specs = List.copyOf(model.layout().owners());
    StringBuilder index = new StringBuilder("{\"weight_map\": {");
    for (int shard = 0; shard < 2; shard++) {
      String name = "model-0000" + (shard + 1) + "-of-00002.safetensors";
      List<TensorContent> contents = new ArrayList<>();
      for (int i = shard; i < specs.size(); i += 2) {
        ParameterSpec spec = specs.get(i);
        contents.add(TensorContent.floats(spec.name(), spec.shape(), SEED.values(spec)));
        index.append("\"%s\": \"%s\",".formatted(spec.name(), name));
      }
      SafetensorsWriter.write(hub.resolve(name), Map.of(), contents);
    }
    index.setLength(index.length() - 1);
    Files.writeString(hub.resolve(StoredModel.INDEX), index.append("}}"));
    Path run = directory.resolve("run");

    Packaging.RUN.copy(CheckpointPath.weights(hub), run, MODEL);

    Path inside = run.resolve("checkpoints/step-0");
    try (StoredModel stored = StoredModel.open(inside)) {
      assertThat(stored.match().report()).isEqualTo("holds the weights of this model");
      assertThat(stored.description()).isEqualTo(model);
    }
    assertThat(inside.resolve("model-00002-of-00002.safetensors"))
        .hasSameBinaryContentAs(hub.resolve("model-00002-of-00002.safetensors"));

    // As one file the model is whole too.
    Path single = directory.resolve("single.safetensors");
    try (StoredModel stored = StoredModel.open(hub)) {
      ModelConversion.write(stored, stored.description(), false, single, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(single)) {
      stored.match().require();
    }
  }

  @Test
  void roundedTokenizer_keepsCodesAndTablesExactly() throws IOException {
    ModelDescription model =
        SmallTokenizers.vq(SmallTokenizers.tokens(CodeDistance.EUCLIDEAN, 16, 4));
    Path trained = SmallTokenizers.write(directory.resolve("trained"), model, name -> true);
    Path out = directory.resolve("rounded");
    try (StoredModel stored = StoredModel.open(trained)) {
      ModelConversion.write(stored, model, true, out, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(out)) {
      stored.match().require();
      for (TensorEntry entry : stored.tensors().tensors()) {
        boolean exact = entry.name().startsWith("quantize.") || entry.name().endsWith(".pos_emb");
        assertThat(entry.type())
            .as(entry.name())
            .isEqualTo(exact ? ElementType.F32 : ElementType.BF16);
      }
      String codes = "quantize._codebook.embed";
      assertThat(stored.tensors().floats(codes))
          .isEqualTo(new ParameterInitialiser(3).values(model.layout().get(codes)));
    }
  }

  @Test
  void madeDirectories_haveParentsAndAreAsPrivateAsOthers() throws IOException {
    Path hub = write("hub", model(Optional.empty(), "rgb@32"));
    Path run = directory.resolve("runs/of/mine");
    Packaging.RUN.copy(CheckpointPath.weights(hub), run, MODEL);
    assertThat(run.resolve("checkpoints/LATEST")).exists();
    assumeThat(Files.getFileStore(directory).supportsFileAttributeView("posix")).isTrue();
    Path other = Files.createDirectory(directory.resolve("other"));
    assertThat(Files.getPosixFilePermissions(run)).isEqualTo(Files.getPosixFilePermissions(other));
    Path converted = directory.resolve("converted");
    try (TensorSource source = TensorSource.open(CheckpointPath.weights(hub))) {
      WeightConversion.convert(source, converted, Optional.empty(), false);
    }
    assertThat(Files.getPosixFilePermissions(converted))
        .isEqualTo(Files.getPosixFilePermissions(other));
    try (var files = Files.list(directory)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("."));
    }
  }

  @Test
  void whatIsThere_isNotOverwrittenAndNothingIsLeftBehind() throws IOException {
    Path hub = write("hub", model(Optional.empty(), "rgb@32"));
    assertThatThrownBy(() -> Packaging.HUB.copy(CheckpointPath.weights(hub), hub, MODEL))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(hub);
    }
  }

  @Test
  void adapters_areFusedOnWriting() throws IOException {
    LoraConfig lora = new LoraConfig(2, 0.5, AdaptedParts.ALL, false);
    Path adapted = write("adapted", model(Optional.of(lora), "rgb@32"));
    Path fused = directory.resolve("fused");
    try (StoredModel stored = StoredModel.open(adapted)) {
      assertThat(((FourMDescription) stored.description()).config().lora()).contains(lora);
      StoredModel plain = stored.fused();
      ModelConversion.write(plain, plain.description(), false, fused, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(fused);
        StoredModel before = StoredModel.open(adapted)) {
      stored.match().require();
      assertThat(stored.description()).isEqualTo(model(Optional.empty(), "rgb@32"));
      String map = "encoder.0.attn.qkv";
      float[] found = stored.tensors().floats(map + ".weight");
      float[] plain = before.tensors().floats(map + ".linear.weight");
      float[] down = before.tensors().floats(map + ".lora_down.weight");
      float[] up = before.tensors().floats(map + ".lora_up.weight");
      assertThat(down).hasSize(6 * 16);
      double expected = plain[16 * 5 + 3];
      for (int r = 0; r < 6; r++) {
        expected += 0.5 * up[5 * 6 + r] * down[r * 16 + 3];
      }
      assertThat((double) found[16 * 5 + 3]).isCloseTo(expected, offset(1e-6));
    }
  }

  @Test
  void encoderOverPictures_isTakenWithItsTensors() throws IOException {
    Path hub = write("hub", model(Optional.empty(), "rgb@32"));
    Path vit = directory.resolve("vit");
    try (StoredModel stored = StoredModel.open(hub)) {
      FourMDescription encoder = ModelConversion.vit(stored, "");
      ModelConversion.write(stored, encoder, false, vit, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(vit);
        StoredModel before = StoredModel.open(hub)) {
      stored.match().require();
      assertThat(stored.tensors().tensors())
          .extracting(TensorEntry::name)
          .contains("encoder_embeddings.rgb@32.proj.weight", "encoder.1.mlp.fc3.weight")
          .noneMatch(name -> name.contains("decoder") || name.contains("depth"));
      assertThat(stored.tensors().floats("encoder.1.mlp.fc3.weight"))
          .isEqualTo(before.tensors().floats("encoder.1.mlp.fc3.weight"));
    }
  }

  @Test
  void encoderOfSeveralPicturesOrNone_isRefusedWithTheirNames() throws IOException {
    Path two = write("two", model(Optional.empty(), "rgb@32", "infrared@32"));
    Path none = write("none", model(Optional.empty()));
    try (StoredModel stored = StoredModel.open(two)) {
      assertThatThrownBy(() -> ModelConversion.vit(stored, ""))
          .isInstanceOf(InvalidWeightsException.class)
          .hasMessageContaining("rgb@32, infrared@32")
          .hasMessageContaining("--picture");
      assertThat(ModelConversion.vit(stored, "infrared@32").modalities()).hasSize(1);
    }
    try (StoredModel stored = StoredModel.open(none)) {
      assertThatThrownBy(() -> ModelConversion.vit(stored, ""))
          .hasMessageContaining("sees no pixels");
    }
  }

  @Test
  void bfloat16_isHalfAsLargeAndStillTheModel() throws IOException {
    Path hub = write("hub", model(Optional.empty(), "rgb@32"));
    Path half = directory.resolve("half");
    try (StoredModel stored = StoredModel.open(hub)) {
      ModelConversion.write(stored, stored.description(), true, half, Packaging.HUB);
    }
    try (StoredModel stored = StoredModel.open(half);
        StoredModel before = StoredModel.open(hub)) {
      stored.match().require();
      for (ParameterSpec spec : stored.description().layout().owners()) {
        assertThat(stored.tensors().get(spec.name()).type())
            .as(spec.name())
            .isEqualTo(spec.learnt() ? ElementType.BF16 : ElementType.F32);
      }
      float[] rounded = stored.tensors().floats("encoder.0.mlp.fc1.weight");
      float[] exact = before.tensors().floats("encoder.0.mlp.fc1.weight");
      for (int i = 0; i < exact.length; i++) {
        assertThat(rounded[i]).isCloseTo(exact[i], offset(Math.abs(exact[i]) / 256));
      }
    }
  }

  @Test
  void brokenAdapters_areNamed() throws IOException {
    Path file = directory.resolve("broken.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of(),
        List.of(
            TensorContent.floats("decoder.0.mlp.fc1.linear.weight", List.of(1L, 1L), 1),
            TensorContent.floats("decoder.0.mlp.fc1.lora_up.weight", List.of(1L, 1L), 1)));
    assertThatThrownBy(() -> StoredModel.openFused(file, WeightChoice.AUTO, 1))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("decoder.0.mlp.fc1");
  }
}
