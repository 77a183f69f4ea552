package dev.masquerade.model.golden;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Activation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The model of one golden file.
 *
 * @param file its JSON
 * @param config dimensions and flags
 * @param modalities in the order of the variant
 * @param json the whole JSON
 */
public record GoldenModel(
    Path file, ModelConfig config, List<ModalitySpec> modalities, JsonObject json) {

  /** Reads an encoder-decoder model. */
  public static GoldenModel read(Path file) {
    JsonObject json = GoldenFiles.read(file);
    JsonObject variant = json.getAsJsonObject("variant");
    JsonObject described = json.getAsJsonObject("modalities");
    int sentinels = json.has("num_sentinels") ? json.get("num_sentinels").getAsInt() : 200;
    List<ModalitySpec> modalities = new ArrayList<>();
    Map<String, Integer> positions = new TreeMap<>();
    for (JsonElement name : variant.getAsJsonArray("modalities")) {
      JsonObject modality = described.getAsJsonObject(name.getAsString());
      modalities.add(modality(name.getAsString(), modality, sentinels));
      if (modality.has("max_sincos_pos_emb")) {
        positions.put(name.getAsString(), modality.get("max_sincos_pos_emb").getAsInt());
      }
    }
    ModelConfig config =
        dimensions(variant)
            .encoderDepth(variant.get("encoder_depth").getAsInt())
            .decoderDepth(variant.get("decoder_depth").getAsInt())
            .normBias(!variant.get("norm").getAsString().endsWith("nobias"))
            .registerTokens(integer(variant, "num_register_tokens", 0))
            .causalDecoder(flag(variant, "decoder_causal_mask", false))
            .separateByModality(flag(variant, "decoder_sep_mask", true))
            .shareModalityEmbeddings(flag(variant, "share_modality_embeddings", true))
            .tiedHeads(flag(variant, "share_embedding", true))
            .positions(
                flag(variant, "sincos_pos_emb", true) ? Positions.SINE_COSINE : Positions.LEARNED)
            .bottleneck(
                flag(variant, "use_bottleneck", false) ? integer(variant, "bottleneck_dim", 64) : 0)
            .sequencePositionsOf(positions)
            .build();
    return new GoldenModel(file, config, List.copyOf(modalities), json);
  }

  /** Reads an encoder-only model. */
  public static GoldenModel readVisionTransformer(Path file) {
    JsonObject json = GoldenFiles.read(file);
    int size = json.get("img_size").getAsInt();
    int patch = json.get("patch_size").getAsInt();
    ModelConfig config =
        dimensions(json)
            .encoderDepth(json.get("depth").getAsInt())
            .decoderDepth(0)
            .normBias(json.get("norm_bias").getAsBoolean())
            .imageSize(size)
            .patchSize(patch)
            .build();
    ModalitySpec rgb =
        new ModalitySpec(
            new ModalityName("rgb@" + size),
            new TokenSpace.Pixels(patch, ChannelStatistics.IMAGENET),
            new TokenLayout.Grid(size / patch, size / patch),
            Set.of(Role.INPUT));
    return new GoldenModel(file, config, List.of(rgb), json);
  }

  /** Returns the safetensors file with the numbers. */
  public Path tensors() {
    return GoldenFiles.tensors(file);
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }

  private static ModelConfig.Builder dimensions(JsonObject json) {
    return ModelConfig.builder()
        .dim(json.get("dim").getAsInt())
        .heads(json.get("num_heads").getAsInt())
        .mlpRatio(json.get("mlp_ratio").getAsDouble())
        .activation(json.get("gated_mlp").getAsBoolean() ? Activation.SWIGLU : Activation.GELU)
        .linearBiases(json.get("bias").getAsBoolean())
        .qkNorm(json.get("qk_norm").getAsBoolean());
  }

  private static ModalitySpec modality(String name, JsonObject json, int sentinels) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    if (json.get("in").getAsBoolean()) {
      roles.add(Role.INPUT);
    }
    if (json.get("out").getAsBoolean()) {
      roles.add(Role.TARGET);
    }
    String kind = json.get("kind").getAsString();
    TokenSpace space =
        switch (kind) {
          case "pixels" ->
              new TokenSpace.Pixels(
                  json.get("patch_size").getAsInt(),
                  ChannelStatistics.symmetric(json.get("channels").getAsInt()));
          case "sequence_emb" -> new TokenSpace.Continuous(json.get("orig_emb_dim").getAsInt());
          case "tokens", "sequence" -> new TokenSpace.Discrete(json.get("vocab_size").getAsInt());
          default -> throw new IllegalArgumentException(name + " is of an unknown kind: " + kind);
        };
    TokenLayout layout =
        switch (kind) {
          case "sequence" ->
              new TokenLayout.Sequence(
                  json.get("max_tokens").getAsInt(),
                  new SpanMarks(0, 3, 4, sentinels),
                  TokenLayout.Unit.TOKEN);
          case "sequence_emb" -> new TokenLayout.Vectors(json.get("max_tokens").getAsInt());
          default -> grid(json);
        };
    return new ModalitySpec(new ModalityName(name), space, layout, roles);
  }

  /** Returns the grid of a described modality, whose image may be square or (height, width). */
  public static TokenLayout.Grid grid(JsonObject json) {
    int patch = json.get("patch_size").getAsInt();
    JsonElement size = json.get("image_size");
    if (size.isJsonArray()) {
      JsonArray both = size.getAsJsonArray();
      return new TokenLayout.Grid(both.get(0).getAsInt() / patch, both.get(1).getAsInt() / patch);
    }
    return new TokenLayout.Grid(size.getAsInt() / patch, size.getAsInt() / patch);
  }

  private static boolean flag(JsonObject json, String name, boolean otherwise) {
    return json.has(name) ? json.get(name).getAsBoolean() : otherwise;
  }

  private static int integer(JsonObject json, String name, int otherwise) {
    return json.has(name) ? json.get(name).getAsInt() : otherwise;
  }
}
