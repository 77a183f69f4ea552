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
import dev.masquerade.model.Positions;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
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

  final JsonObject json;
  final SafetensorsFile file;
  final List<ModalitySpec> modalities = new ArrayList<>();
  final ModelConfig config;
  final MaskedModel model;
  private final Parameters parameters;

  /** The token that closes texts. */
  final int end;

  GoldenGeneration(Path path) throws IOException {
    json = GoldenFiles.read(path);
    file = SafetensorsFile.open(GoldenFiles.tensors(path));
    JsonObject described = json.getAsJsonObject("model");
    SpanMarks stated = GoldenVocabulary.of(json);
    end = stated.endId();
    Map<String, Integer> positions = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry :
        described.getAsJsonObject("modalities").entrySet()) {
      JsonObject modality = entry.getValue().getAsJsonObject();
      modalities.add(modality(entry.getKey(), modality, described, stated));
      if (modality.has("max_sincos_pos_emb")) {
        positions.put(entry.getKey(), modality.get("max_sincos_pos_emb").getAsInt());
      }
    }
    config =
        ModelConfig.builder()
            .dim(described.get("dim").getAsInt())
            .encoderDepth(depth("encoder"))
            .decoderDepth(depth("decoder"))
            .heads(described.get("num_heads").getAsInt())
            .mlpRatio(mlpRatio(described.get("dim").getAsInt()))
            .causalDecoder(flag(described, "decoder_causal_mask", false))
            .separateByModality(flag(described, "decoder_sep_mask", true))
            .positions(
                flag(described, "sincos_pos_emb", true) ? Positions.SINE_COSINE : Positions.LEARNED)
            .activation(has("encoder.0.mlp.fc3.weight") ? Activation.SWIGLU : Activation.GELU)
            .linearBiases(has("encoder.0.mlp.fc1.bias"))
            .qkNorm(has("encoder.0.attn.q_norm.weight"))
            .registerTokens(has("register_tokens") ? size("register_tokens", 1) : 0)
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
    return GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "runs", "model");
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

  private int size(String parameter, int dimension) {
    return file.find("param." + parameter).orElseThrow().shape().get(dimension).intValue();
  }

  private static boolean flag(JsonObject json, String name, boolean otherwise) {
    return json.has(name) ? json.get(name).getAsBoolean() : otherwise;
  }

  private double mlpRatio(int dim) {
    int hidden = size("encoder.0.mlp.fc1.weight", 0);
    // Gated ones have two thirds of the full width, rounded down.
    int full = has("encoder.0.mlp.fc3.weight") ? (3 * hidden + 1) / 2 : hidden;
    return (double) full / dim;
  }

  private int depth(String stack) {
    int depth = 0;
    while (has(stack + "." + depth + ".mlp.fc1.weight")) {
      depth++;
    }
    return depth;
  }

  private ModalitySpec modality(
      String name, JsonObject json, JsonObject described, SpanMarks stated) {
    String kind = json.get("kind").getAsString();
    return switch (kind) {
      case "sequence" ->
          new ModalitySpec(
              new ModalityName(name),
              new TokenSpace.Discrete(json.get("vocab_size").getAsInt()),
              new TokenLayout.Sequence(
                  json.get("max_tokens").getAsInt(),
                  marks(json, described, stated),
                  TokenLayout.Unit.TOKEN),
              Set.of(Role.INPUT, Role.TARGET));
      case "sequence_emb" ->
          new ModalitySpec(
              new ModalityName(name),
              new TokenSpace.Continuous(json.get("orig_emb_dim").getAsInt()),
              new TokenLayout.Vectors(json.get("max_tokens").getAsInt()),
              Set.of(Role.INPUT));
      case "pixels" ->
          new ModalitySpec(
              new ModalityName(name),
              new TokenSpace.Continuous(size("encoder_embeddings." + name + ".proj.weight", 1)),
              GoldenModel.grid(json),
              Set.of(Role.INPUT));
      case "tokens" ->
          new ModalitySpec(
              new ModalityName(name),
              new TokenSpace.Discrete(json.get("vocab_size").getAsInt()),
              GoldenModel.grid(json),
              Set.of(Role.INPUT, Role.TARGET));
      default -> throw new IllegalArgumentException(name + " is of an unknown kind: " + kind);
    };
  }

  /** Sentinels stand between the special tokens and the words, which come last. */
  private static SpanMarks marks(JsonObject json, JsonObject described, SpanMarks stated) {
    int sentinels = described.get("num_sentinels").getAsInt();
    int first =
        described.has("num_words")
            ? json.get("vocab_size").getAsInt() - described.get("num_words").getAsInt() - sentinels
            : stated.firstSentinelId();
    return new SpanMarks(stated.padId(), stated.endId(), first, sentinels);
  }

  @Override
  public void close() throws IOException {
    model.close();
    parameters.close();
    file.close();
  }
}
