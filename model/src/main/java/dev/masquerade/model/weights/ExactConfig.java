package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Initialisation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.Positions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the released keys cannot say, under one key of our own: exact modalities and the choices the
 * reference's hub models do not have.
 */
final class ExactConfig {

  static final String KEY = "masquerade";
  private static final int FORMAT = 1;

  private ExactConfig() {}

  /** Completes what was read from the released keys. */
  static ModelDescription read(ConfigValues values, ModelConfig.Builder config) {
    values.refuseUnknown(
        List.of(
            "format",
            "tied_heads",
            "positions",
            "learned_positions",
            "bottleneck",
            "sequence_positions",
            "sequence_positions_of",
            "outputs",
            "initialisation",
            "modalities"));
    int format = values.integer("format", 0);
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          KEY
              + ".format is "
              + format
              + ", this version reads "
              + FORMAT
              + ". Use the version of Masquerade that wrote the file, or a newer one");
    }
    Map<String, Integer> positions = new TreeMap<>();
    ConfigValues positionsOf = values.object("sequence_positions_of");
    for (String name : positionsOf.names()) {
      positions.put(name, positionsOf.integer(name, 0));
    }
    config
        .tiedHeads(values.flag("tied_heads", true))
        .positions(values.choice("positions", Positions.class))
        .learnedPositions(new TreeSet<>(values.strings("learned_positions")))
        .bottleneck(values.integer("bottleneck", 0))
        .sequencePositions(values.integer("sequence_positions", 512))
        .sequencePositionsOf(positions)
        .outputs(values.integer("outputs", 0))
        .initialisation(values.choice("initialisation", Initialisation.class));
    List<ModalitySpec> modalities = new ArrayList<>();
    for (ConfigValues modality : values.objects("modalities")) {
      modalities.add(modality(modality));
    }
    return new ModelDescription(config.build(), modalities);
  }

  private static ModalitySpec modality(ConfigValues values) {
    String name = values.text("name", "");
    try {
      EnumSet<Role> roles = EnumSet.noneOf(Role.class);
      for (String role : values.strings("roles")) {
        roles.add(Role.valueOf(role));
      }
      return new ModalitySpec(
          new ModalityName(name),
          space(values.object("space")),
          layout(values.object("layout")),
          roles);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(KEY + ".modalities[" + name + "]: " + e.getMessage(), e);
    }
  }

  private static TokenSpace space(ConfigValues values) {
    String kind = values.text("kind", "");
    return switch (kind) {
      case "ids" -> new TokenSpace.Discrete(values.integer("vocabulary_size", 0));
      case "pixels" ->
          new TokenSpace.Pixels(
              values.integer("patch_size", 0),
              new ChannelStatistics(values.floats("mean"), values.floats("deviation")));
      case "classes" ->
          new TokenSpace.ClassPatches(
              values.integer("patch_size", 0), values.integer("classes", 0));
      case "vectors" -> new TokenSpace.Continuous(values.integer("width", 0));
      default -> throw new IllegalArgumentException("unknown kind of tokens \"" + kind + "\"");
    };
  }

  private static TokenLayout layout(ConfigValues values) {
    String kind = values.text("kind", "");
    return switch (kind) {
      case "grid" -> new TokenLayout.Grid(values.integer("rows", 0), values.integer("columns", 0));
      case "sequence" ->
          new TokenLayout.Sequence(
              values.integer("max_tokens", 0),
              new SpanMarks(
                  values.integer("pad_id", 0),
                  values.integer("end_id", 0),
                  values.integer("first_sentinel_id", 0),
                  values.integer("sentinel_count", 0)),
              values.choice("unit", TokenLayout.Unit.class));
      case "vectors" -> new TokenLayout.Vectors(values.integer("max_tokens", 0));
      default -> throw new IllegalArgumentException("unknown kind of layout \"" + kind + "\"");
    };
  }

  static JsonObject write(ModelDescription description) {
    ModelConfig config = description.config();
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("tied_heads", config.tiedHeads());
    json.addProperty("positions", config.positions().name());
    JsonArray learned = new JsonArray();
    config.learnedPositions().forEach(learned::add);
    json.add("learned_positions", learned);
    json.addProperty("bottleneck", config.bottleneck());
    json.addProperty("sequence_positions", config.sequencePositions());
    JsonObject positionsOf = new JsonObject();
    config.sequencePositionsOf().forEach(positionsOf::addProperty);
    json.add("sequence_positions_of", positionsOf);
    json.addProperty("outputs", config.outputs());
    json.addProperty("initialisation", config.initialisation().name());
    JsonArray modalities = new JsonArray();
    for (ModalitySpec spec : description.modalities()) {
      JsonObject modality = new JsonObject();
      modality.addProperty("name", spec.name().value());
      JsonArray roles = new JsonArray();
      new TreeSet<>(spec.roles()).forEach(role -> roles.add(role.name()));
      modality.add("roles", roles);
      modality.add("space", space(spec.space()));
      modality.add("layout", layout(spec.layout()));
      modalities.add(modality);
    }
    json.add("modalities", modalities);
    return json;
  }

  private static JsonObject space(TokenSpace space) {
    JsonObject json = new JsonObject();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (space instanceof TokenSpace.Discrete ids) {
      json.addProperty("kind", "ids");
      json.addProperty("vocabulary_size", ids.vocabularySize());
    } else if (space instanceof TokenSpace.Pixels pixels) {
      json.addProperty("kind", "pixels");
      json.addProperty("patch_size", pixels.patchSize());
      json.add("mean", numbers(pixels.statistics().mean()));
      json.add("deviation", numbers(pixels.statistics().deviation()));
    } else if (space instanceof TokenSpace.ClassPatches patches) {
      json.addProperty("kind", "classes");
      json.addProperty("patch_size", patches.patchSize());
      json.addProperty("classes", patches.classes());
    } else if (space instanceof TokenSpace.Continuous vectors) {
      json.addProperty("kind", "vectors");
      json.addProperty("width", vectors.width());
    }
    return json;
  }

  private static JsonObject layout(TokenLayout layout) {
    JsonObject json = new JsonObject();
    if (layout instanceof TokenLayout.Grid grid) {
      json.addProperty("kind", "grid");
      json.addProperty("rows", grid.rows());
      json.addProperty("columns", grid.columns());
    } else if (layout instanceof TokenLayout.Sequence sequence) {
      json.addProperty("kind", "sequence");
      json.addProperty("max_tokens", sequence.maxTokens());
      json.addProperty("pad_id", sequence.marks().padId());
      json.addProperty("end_id", sequence.marks().endId());
      json.addProperty("first_sentinel_id", sequence.marks().firstSentinelId());
      json.addProperty("sentinel_count", sequence.marks().sentinelCount());
      json.addProperty("unit", sequence.unit().name());
    } else if (layout instanceof TokenLayout.Vectors vectors) {
      json.addProperty("kind", "vectors");
      json.addProperty("max_tokens", vectors.maxTokens());
    }
    return json;
  }

  private static JsonArray numbers(List<Float> values) {
    JsonArray numbers = new JsonArray();
    values.forEach(numbers::add);
    return numbers;
  }
}
