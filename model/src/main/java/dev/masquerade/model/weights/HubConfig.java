package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.Activation;
import dev.masquerade.model.ModelConfig;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys of a config as the released 4M models have them. Absent ones take the defaults of the
 * reference's constructor; what the keys do not say is told from the shapes of the tensors.
 */
final class HubConfig {

  static final List<String> KEYS =
      List.of(
          "domains_in",
          "domains_out",
          "image_size",
          "patch_size",
          "norm_bias",
          "act_layer",
          "dim",
          "encoder_depth",
          "decoder_depth",
          "num_heads",
          "mlp_ratio",
          "qkv_bias",
          "proj_bias",
          "mlp_bias",
          "gated_mlp",
          "qk_norm",
          "num_register_tokens",
          "share_modality_embeddings",
          "drop_path_rate_encoder",
          "drop_path_rate_decoder",
          "shared_drop_path",
          "decoder_causal_mask",
          "decoder_sep_mask",
          "use_act_checkpoint");

  private HubConfig() {}

  /** Returns whether this looks like such a config at all. */
  static boolean describesModel(ConfigValues values) {
    return values.has("domains_in");
  }

  static FourMDescription read(ConfigValues values, TensorShapes shapes) {
    List<String> inputs = values.strings("domains_in");
    List<String> targets = values.strings("domains_out");
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "domains_in must list the modalities the encoder sees, was absent or empty");
    }
    ModelConfig.Builder config = dimensions(values);
    ModalityGuess guess = new ModalityGuess(shapes, values.edge("patch_size", 16));
    List<ModalitySpec> modalities = new ArrayList<>();
    Set<String> learned = new TreeSet<>();
    Map<String, Integer> positions = new TreeMap<>();
    boolean tied = false;
    int bottleneck = 0;
    Set<String> names = new LinkedHashSet<>(inputs);
    names.addAll(targets);
    for (String name : names) {
      EnumSet<Role> roles = EnumSet.noneOf(Role.class);
      if (inputs.contains(name)) {
        roles.add(Role.INPUT);
      }
      if (targets.contains(name)) {
        roles.add(Role.TARGET);
      }
      ModalitySpec spec = guess.spec(name, roles);
      modalities.add(spec);
      if (ModalityGuess.learnsPositions(name)) {
        learned.add(name);
      } else if (!(spec.layout() instanceof TokenLayout.Grid) && guess.positions(name) != 512) {
        positions.put(name, guess.positions(name));
      }
      String prefix = "decoder_embeddings." + name;
      // Writers that keep a tensor once leave out one of its names.
      tied |=
          spec.isTarget()
              && shapes.contains(prefix + ".to_logits.weight")
                  != shapes.contains(prefix + ".token_emb.weight");
      bottleneck =
          shapes
              .axis("encoder_embeddings." + name + ".emb_proj.0.weight", 0)
              .map(Math::toIntExact)
              .orElse(bottleneck);
    }
    return new FourMDescription(
        config
            .learnedPositions(learned)
            .sequencePositionsOf(positions)
            .tiedHeads(tied)
            .bottleneck(bottleneck)
            .build(),
        modalities);
  }

  /** Reads what keys alone say, without modalities. */
  static ModelConfig.Builder dimensions(ConfigValues values) {
    return ModelConfig.builder()
        .dim(values.integer("dim", 768))
        .encoderDepth(values.integer("encoder_depth", 12))
        .decoderDepth(values.integer("decoder_depth", 12))
        .heads(values.integer("num_heads", 12))
        .mlpRatio(values.number("mlp_ratio", 4))
        .activation(activation(values))
        .qkvBias(values.flag("qkv_bias", true))
        .projBias(values.flag("proj_bias", true))
        .mlpBias(values.flag("mlp_bias", true))
        .normBias(values.flag("norm_bias", true))
        .qkNorm(values.flag("qk_norm", false))
        .registerTokens(values.integer("num_register_tokens", 0))
        .encoderDropPath(values.number("drop_path_rate_encoder", 0))
        .decoderDropPath(values.number("drop_path_rate_decoder", 0))
        .sharedDropPath(values.flag("shared_drop_path", false))
        .causalDecoder(values.flag("decoder_causal_mask", false))
        .separateByModality(values.flag("decoder_sep_mask", true))
        .shareModalityEmbeddings(values.flag("share_modality_embeddings", true))
        .imageSize(values.edge("image_size", 224))
        .patchSize(values.edge("patch_size", 16));
  }

  private static Activation activation(ConfigValues values) {
    String layer = values.text("act_layer", "GELU");
    boolean gated = values.flag("gated_mlp", false);
    if (layer.equals("GELU") && !gated) {
      return Activation.GELU;
    }
    if (layer.equals("SiLU") && gated) {
      return Activation.SWIGLU;
    }
    throw new IllegalArgumentException(
        "act_layer "
            + layer
            + " with gated_mlp "
            + gated
            + " is not supported; GELU with gated_mlp false and SiLU with gated_mlp true are");
  }

  static JsonObject write(FourMDescription description) {
    ModelConfig config = description.config();
    JsonObject json = new JsonObject();
    json.add("domains_in", names(description.modalities(), Role.INPUT));
    json.add("domains_out", names(description.modalities(), Role.TARGET));
    json.addProperty("image_size", config.imageSize());
    json.addProperty("patch_size", config.patchSize());
    json.addProperty("norm_bias", config.normBias());
    json.addProperty(
        "act_layer",
        switch (config.activation()) {
          case GELU -> "GELU";
          case SWIGLU -> "SiLU";
        });
    json.addProperty("dim", config.dim());
    json.addProperty("encoder_depth", config.encoderDepth());
    json.addProperty("decoder_depth", config.decoderDepth());
    json.addProperty("num_heads", config.heads());
    json.addProperty("mlp_ratio", config.mlpRatio());
    json.addProperty("qkv_bias", config.qkvBias());
    json.addProperty("proj_bias", config.projBias());
    json.addProperty("mlp_bias", config.mlpBias());
    json.addProperty("gated_mlp", config.activation() == Activation.SWIGLU);
    json.addProperty("qk_norm", config.qkNorm());
    json.addProperty("num_register_tokens", config.registerTokens());
    json.addProperty("share_modality_embeddings", config.shareModalityEmbeddings());
    json.addProperty("drop_path_rate_encoder", config.encoderDropPath());
    json.addProperty("drop_path_rate_decoder", config.decoderDropPath());
    json.addProperty("shared_drop_path", config.sharedDropPath());
    json.addProperty("decoder_causal_mask", config.causalDecoder());
    json.addProperty("decoder_sep_mask", config.separateByModality());
    return json;
  }

  private static JsonArray names(List<ModalitySpec> modalities, Role role) {
    JsonArray names = new JsonArray();
    modalities.stream()
        .filter(modality -> modality.roles().contains(role))
        .map(ModalitySpec::name)
        .map(ModalityName::value)
        .forEach(names::add);
    return names;
  }
}
