package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.model.Initialisation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.Positions;
import dev.masquerade.model.lora.AdaptedParts;
import dev.masquerade.model.lora.LoraConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the released keys cannot say, under one key of our own: exact modalities and the choices the
 * reference's hub models do not have.
 */
final class ExactConfig {

  static final String KEY = "masquerade";
  private static final int FORMAT = 1;
  private static final String LORA = "lora";

  private ExactConfig() {}

  /** Completes what was read from the released keys. */
  static FourMDescription read(ConfigValues values, ModelConfig.Builder config) {
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
            LORA,
            ModalityJson.KEY));
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
        .initialisation(values.choice("initialisation", Initialisation.class))
        .lora(values.has(LORA) ? Optional.of(lora(values.object(LORA))) : Optional.empty());
    return new FourMDescription(config.build(), ModalityJson.read(values));
  }

  static JsonObject write(FourMDescription description) {
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
    config.lora().ifPresent(lora -> json.add(LORA, write(lora)));
    json.add(ModalityJson.KEY, ModalityJson.write(description.modalities()));
    return json;
  }

  private static LoraConfig lora(ConfigValues values) {
    values.refuseUnknown(List.of("rank", "scale", "parts", "embeddings"));
    return new LoraConfig(
        values.integer("rank", 0),
        values.number("scale", 1),
        values.choice("parts", AdaptedParts.class),
        values.flag("embeddings", false));
  }

  private static JsonObject write(LoraConfig lora) {
    JsonObject json = new JsonObject();
    json.addProperty("rank", lora.rank());
    json.addProperty("scale", lora.scale());
    json.addProperty("parts", lora.parts().name());
    json.addProperty("embeddings", lora.embeddings());
    return json;
  }
}
