package dev.masquerade.model.sample;

import ai.djl.Device;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Activation;
import dev.masquerade.model.MaskedModel;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The model and the runs of one golden file of generation. Pixels come as normalised numbers. */
final class GoldenGeneration implements AutoCloseable {

  static final int END = 3;
  private static final int CHANNELS = 3;

  final JsonObject json;
  final SafetensorsFile file;
  final List<ModalitySpec> modalities = new ArrayList<>();
  final MaskedModel model;
  private final Parameters parameters;

  GoldenGeneration(Path path) throws IOException {
    json = GoldenFiles.read(path);
    file = SafetensorsFile.open(GoldenFiles.tensors(path));
    JsonObject described = json.getAsJsonObject("model");
    Map<String, Integer> positions = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry :
        described.getAsJsonObject("modalities").entrySet()) {
      JsonObject modality = entry.getValue().getAsJsonObject();
      modalities.add(modality(entry.getKey(), modality, described.get("num_sentinels").getAsInt()));
      if (modality.has("max_sincos_pos_emb")) {
        positions.put(entry.getKey(), modality.get("max_sincos_pos_emb").getAsInt());
      }
    }
    ModelConfig config =
        ModelConfig.builder()
            .dim(described.get("dim").getAsInt())
            .encoderDepth(described.get("depth").getAsInt())
            .decoderDepth(described.get("depth").getAsInt())
            .heads(described.get("num_heads").getAsInt())
            .activation(has("encoder.0.mlp.fc3.weight") ? Activation.SWIGLU : Activation.GELU)
            .linearBiases(has("encoder.0.mlp.fc1.bias"))
            .qkNorm(has("encoder.0.attn.q_norm.weight"))
            // Every tensor is in the file under each of its names, and a bias kept at 0 with it.
            .normBias(true)
            .shareModalityEmbeddings(false)
            .tiedHeads(false)
            .sequencePositionsOf(positions)
            .build();
    parameters =
        Parameters.create(
            ParameterLayout.of(config, modalities),
            Device.cpu(),
            spec -> FloatBuffer.wrap(floats("param." + spec.name())));
    model = new MaskedModel(config, modalities, parameters, LossKind.PER_MODALITY);
  }

  /** Finds the files that record generation. */
  static List<Path> files() {
    return GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "runs", "states");
  }

  private boolean has(String parameter) {
    return file.find("param." + parameter).isPresent();
  }

  float[] floats(String tensor) {
    try {
      return file.floats(tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int[] ids(String tensor) {
    try {
      long[] values = file.longs(tensor);
      int[] ids = new int[values.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (int) values[i];
      }
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ModalitySpec spec(String name) {
    return modalities.stream()
        .filter(spec -> spec.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ModalitySpec modality(String name, JsonObject json, int sentinels) {
    String kind = json.get("kind").getAsString();
    int most = json.get("max_tokens").getAsInt();
    if (kind.equals("sequence")) {
      return new ModalitySpec(
          new ModalityName(name),
          new TokenSpace.Discrete(json.get("vocab_size").getAsInt()),
          new TokenLayout.Sequence(
              most, new SpanMarks(0, END, 4, sentinels), TokenLayout.Unit.TOKEN),
          Set.of(Role.INPUT, Role.TARGET));
    }
    int patch = json.get("patch_size").getAsInt();
    int edge = json.get("image_size").getAsInt() / patch;
    return kind.equals("pixels")
        ? new ModalitySpec(
            new ModalityName(name),
            new TokenSpace.Continuous(CHANNELS * patch * patch),
            new TokenLayout.Grid(edge, edge),
            Set.of(Role.INPUT))
        : new ModalitySpec(
            new ModalityName(name),
            new TokenSpace.Discrete(json.get("vocab_size").getAsInt()),
            new TokenLayout.Grid(edge, edge),
            Set.of(Role.INPUT, Role.TARGET));
  }

  @Override
  public void close() throws IOException {
    model.close();
    parameters.close();
    file.close();
  }
}
