package dev.masquerade.model.weights;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.model.codec.TokenizerDescription;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The config that stands beside weights: {@code config.json} in the layout of the released 4M
 * models, and the same keys as strings in a safetensors file's metadata.
 *
 * <p>A released config only names its modalities; what they are is told from the names and from the
 * shapes of the tensors. Where that would not give back exactly the model that is written, a key
 * {@code masquerade} is added with everything; other programs can drop it. Tokenizers likewise have
 * the keys of the released ones, if those have words for them. Models of other families stand under
 * that key alone.
 */
public final class ConfigJson {

  private static final Pattern PLACE = Pattern.compile("line \\d+ column \\d+");

  private static final long LARGEST = 16 << 20;
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private ConfigJson() {}

  /**
   * Reads a config.
   *
   * @param file {@code config.json}
   * @param tensors the weights it belongs to
   * @throws InvalidWeightsException if it is absent or describes no model, saying what to change
   */
  public static ModelDescription read(Path file, TensorSource tensors) throws IOException {
    JsonElement json;
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidWeightsException(file, "is too large for a config");
      }
      json = JsonParser.parseString(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidWeightsException(
          file, "there is no such file. Weights need their config.json beside them", e);
    } catch (JsonParseException | CharacterCodingException e) {
      throw new InvalidWeightsException(file, "is no JSON" + place(e), e);
    }
    if (!(json instanceof JsonObject object)) {
      throw new InvalidWeightsException(file, "is no JSON object");
    }
    // Some versions of the hub's client put the constructor's argument below its name.
    JsonObject config =
        !object.has("domains_in")
                && !object.has(ExactConfig.KEY)
                && object.get("config") instanceof JsonObject inner
            ? inner
            : object;
    return read(file, config, TensorShapes.of(tensors));
  }

  /**
   * Reads the config in a file's metadata.
   *
   * @return empty where the metadata hold no config of a model
   * @throws InvalidWeightsException if they hold one that describes no model
   */
  public static Optional<ModelDescription> readMetadata(TensorSource tensors) throws IOException {
    JsonObject config = new JsonObject();
    for (Map.Entry<String, String> entry : tensors.metadata().entrySet()) {
      if (HubConfig.KEYS.contains(entry.getKey()) || HubTokenizer.KEYS.contains(entry.getKey())) {
        config.add(entry.getKey(), PythonLiteral.parse(entry.getValue()));
      } else if (entry.getKey().equals(ExactConfig.KEY)) {
        try {
          config.add(entry.getKey(), JsonParser.parseString(entry.getValue()));
        } catch (JsonParseException e) {
          throw new InvalidWeightsException(
              tensors.path(), "has metadata \"" + ExactConfig.KEY + "\" that is no JSON", e);
        }
      }
    }
    ConfigValues values = new ConfigValues(config);
    if (!HubConfig.describesModel(values)
        && !HubTokenizer.describesTokenizer(values)
        && !values.has(ExactConfig.KEY)) {
      return Optional.empty();
    }
    return Optional.of(read(tensors.path(), config, TensorShapes.of(tensors)));
  }

  /** Returns the text of {@code config.json}. */
  public static String write(ModelDescription description) {
    return GSON.toJson(json(description)) + "\n";
  }

  /** Writes {@code config.json}. */
  public static void write(ModelDescription description, Path file) throws IOException {
    Files.writeString(file, write(description), StandardCharsets.UTF_8);
  }

  /** Returns the same as metadata of a safetensors file, with values as Python prints them. */
  public static Map<String, String> metadata(ModelDescription description) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : json(description).entrySet()) {
      metadata.put(entry.getKey(), PythonLiteral.print(entry.getValue()));
    }
    return metadata;
  }

  private static JsonObject json(ModelDescription description) {
    if (description instanceof FourMDescription model) {
      JsonObject json = HubConfig.write(model);
      TensorShapes shapes = TensorShapes.of(description.layout());
      if (!description.equals(told(json, shapes))) {
        json.add(ExactConfig.KEY, ExactConfig.write(model));
      }
      return json;
    }
    JsonObject json =
        description instanceof TokenizerDescription tokenizer
            ? HubTokenizerWriter.write(tokenizer).orElseGet(JsonObject::new)
            : new JsonObject();
    if (json.isEmpty()
        || !description.equals(toldTokenizer(json, TensorShapes.of(description.layout())))) {
      json.add(ExactConfig.KEY, FamilyConfig.write(description));
    }
    return json;
  }

  /** Returns what a reader would tell from a released tokenizer's keys, or null where nothing. */
  private static @Nullable ModelDescription toldTokenizer(JsonObject json, TensorShapes shapes) {
    try {
      return HubTokenizer.read(new ConfigValues(json), shapes);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns what a reader would tell from the released keys, or null where that is no model. */
  private static @Nullable ModelDescription told(JsonObject json, TensorShapes shapes) {
    try {
      return HubConfig.read(new ConfigValues(json), shapes);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static ModelDescription read(Path file, JsonObject config, TensorShapes shapes)
      throws InvalidWeightsException {
    ConfigValues values = new ConfigValues(config);
    try {
      ModelDescription description = read(values, shapes);
      // Modalities that do not fit the dimensions are found while laying out.
      description.layout();
      return description;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidWeightsException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static ModelDescription read(ConfigValues values, TensorShapes shapes) {
    if (!values.has(ExactConfig.KEY)) {
      return !HubConfig.describesModel(values) && HubTokenizer.describesTokenizer(values)
          ? HubTokenizer.read(values, shapes)
          : HubConfig.read(values, shapes);
    }
    ConfigValues exact = values.object(ExactConfig.KEY);
    return exact.has(FamilyConfig.FAMILY)
        ? FamilyConfig.read(exact)
        : ExactConfig.read(exact, HubConfig.dimensions(values));
  }

  /** Returns {@code ": at line 3 column 5"} where the parser says so. */
  private static String place(Exception e) {
    Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
    return place.find() ? ": see " + place.group() : "";
  }
}
