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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;

/** Modalities of a model in its config, exactly. */
final class ModalityJson {

  static final String KEY = "modalities";

  private ModalityJson() {}

  /** Reads the list under {@link #KEY}. */
  static List<ModalitySpec> read(ConfigValues values) {
    List<ModalitySpec> modalities = new ArrayList<>();
    for (ConfigValues modality : values.objects(KEY)) {
      modalities.add(modality(modality));
    }
    return modalities;
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
      throw new IllegalArgumentException(KEY + "[" + name + "]: " + e.getMessage(), e);
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
      case "class_patches" ->
          new TokenSpace.ClassPatches(
              values.integer("patch_size", 0), values.integer("classes", 0));
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

  static JsonArray write(List<ModalitySpec> specs) {
    JsonArray modalities = new JsonArray();
    for (ModalitySpec spec : specs) {
      JsonObject modality = new JsonObject();
      modality.addProperty("name", spec.name().value());
      JsonArray roles = new JsonArray();
      new TreeSet<>(spec.roles()).forEach(role -> roles.add(role.name()));
      modality.add("roles", roles);
      modality.add("space", space(spec.space()));
      modality.add("layout", layout(spec.layout()));
      modalities.add(modality);
    }
    return modalities;
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
    } else if (space instanceof TokenSpace.ClassPatches patches) {
      json.addProperty("kind", "class_patches");
      json.addProperty("patch_size", patches.patchSize());
      json.addProperty("classes", patches.classes());
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
