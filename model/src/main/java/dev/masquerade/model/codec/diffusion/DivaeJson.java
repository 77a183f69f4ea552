package dev.masquerade.model.codec.diffusion;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.VqJson;
import dev.masquerade.model.weights.ConfigValues;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The configuration of a tokenizer with a diffusion decoder in JSON. What concerns the diffusion
 * has the keys of the configs of published tokenizers, which {@link #readPublished} reads.
 */
public final class DivaeJson {

  /** Keys of published configs that say what the decoder is and how it was trained. */
  public static final List<String> PUBLISHED_KEYS =
      List.of(
          "dec_type",
          "num_train_timesteps",
          "cls_free_guidance_dropout",
          "masked_cfg",
          "masked_cfg_low",
          "masked_cfg_high",
          "scheduler",
          "beta_schedule",
          "prediction_type",
          "clip_sample",
          "thresholding",
          "conditioning",
          "dec_transformer_dropout",
          "zero_terminal_snr",
          "image_size_dec",
          "freeze_enc");

  private static final String UNET = "unet_patched";

  private DivaeJson() {}

  static JsonObject write(DivaeConfig config) {
    JsonObject json = new JsonObject();
    json.add("tokens", VqJson.write(config.tokens()));
    json.add("decoder", write(config.decoder()));
    DiffusionConfig diffusion = config.diffusion();
    json.addProperty("num_train_timesteps", diffusion.timesteps());
    json.addProperty("prediction_type", diffusion.prediction().text());
    json.addProperty("beta_schedule", diffusion.schedule().text());
    json.addProperty("zero_terminal_snr", diffusion.zeroTerminalSnr());
    json.addProperty("clip_sample", diffusion.clips());
    ConditionDropout dropout = config.dropout();
    json.addProperty("cls_free_guidance_dropout", dropout.share());
    json.addProperty("masked_cfg", dropout.places());
    json.addProperty("masked_cfg_low", dropout.least());
    json.addProperty("masked_cfg_high", dropout.most());
    DecodingSettings decoding = config.decoding();
    json.addProperty("decoding_steps", decoding.steps());
    json.addProperty("decoding_spacing", decoding.spacing().text());
    json.addProperty("decoding_guidance", decoding.guidance());
    json.addProperty("decoding_seed", Long.toString(decoding.seed()));
    json.addProperty("freeze_enc", config.frozenEncoder());
    return json;
  }

  private static JsonObject write(UnetConfig config) {
    JsonObject json = new JsonObject();
    json.addProperty("channels", config.channels());
    json.addProperty("condition_channels", config.conditionChannels());
    json.addProperty("patch_size", config.patch());
    json.addProperty("model_channels", config.width());
    json.addProperty("num_res_blocks", config.residualBlocks());
    json.add("attention_resolutions", numbers(config.attending()));
    json.add("channel_mult", numbers(config.multipliers()));
    json.addProperty("num_heads", config.heads());
    return json;
  }

  private static JsonArray numbers(List<Integer> numbers) {
    JsonArray array = new JsonArray();
    numbers.forEach(array::add);
    return array;
  }

  static DivaeConfig read(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "tokens",
            "decoder",
            "num_train_timesteps",
            "prediction_type",
            "beta_schedule",
            "zero_terminal_snr",
            "clip_sample",
            "cls_free_guidance_dropout",
            "masked_cfg",
            "masked_cfg_low",
            "masked_cfg_high",
            "decoding_steps",
            "decoding_spacing",
            "decoding_guidance",
            "decoding_seed",
            "freeze_enc"));
    DiffusionConfig diffusion = diffusion(values, values.flag("clip_sample", false));
    return new DivaeConfig(
        VqJson.readEncoder(values.object("tokens")),
        unet(values.object("decoder")),
        diffusion,
        dropout(values),
        decoding(values, DecodingSettings.usual(diffusion)),
        values.flag("freeze_enc", false));
  }

  /**
   * Reads what the config of a published tokenizer says beside its encoder and quantizer; what it
   * leaves out has the defaults of the reference's constructor.
   *
   * @param tokens the half that makes ids, which the same config describes
   * @throws IllegalArgumentException if the decoder is of a kind that is not known here, naming the
   *     key
   */
  public static DivaeConfig readPublished(ConfigValues values, VqEncoderConfig tokens) {
    String decoder = values.text("dec_type", UNET);
    if (!decoder.equals(UNET)) {
      throw new IllegalArgumentException(
          "dec_type \""
              + decoder
              + "\" is not supported; of diffusion decoders \""
              + UNET
              + "\" is");
    }
    String conditioning = values.text("conditioning", "concat");
    if (!conditioning.equals("concat")) {
      throw new IllegalArgumentException(
          "conditioning \"" + conditioning + "\" is not supported; \"concat\" is");
    }
    boolean clips = values.flag("clip_sample", false) || values.flag("thresholding", true);
    DiffusionConfig diffusion = diffusion(values, clips);
    return new DivaeConfig(
        tokens,
        UnetConfig.published(tokens.channels(), tokens.latentWidth()),
        diffusion,
        dropout(values),
        DecodingSettings.usual(diffusion),
        values.flag("freeze_enc", false));
  }

  /**
   * Adds what {@link #readPublished} reads.
   *
   * @return whether the decoder is of the kind that was published; nothing is added otherwise
   */
  public static boolean writePublished(DivaeConfig config, JsonObject json) {
    VqEncoderConfig tokens = config.tokens();
    if (!config.decoder().equals(UnetConfig.published(tokens.channels(), tokens.latentWidth()))) {
      return false;
    }
    DiffusionConfig diffusion = config.diffusion();
    json.addProperty("dec_type", UNET);
    json.addProperty("conditioning", "concat");
    json.addProperty("num_train_timesteps", diffusion.timesteps());
    json.addProperty("prediction_type", diffusion.prediction().text());
    json.addProperty("beta_schedule", diffusion.schedule().text());
    json.addProperty("zero_terminal_snr", diffusion.zeroTerminalSnr());
    json.addProperty("thresholding", diffusion.clips());
    json.addProperty("clip_sample", false);
    ConditionDropout dropout = config.dropout();
    json.addProperty("cls_free_guidance_dropout", dropout.share());
    json.addProperty("masked_cfg", dropout.places());
    json.addProperty("masked_cfg_low", dropout.least());
    json.addProperty("masked_cfg_high", dropout.most());
    json.addProperty("freeze_enc", config.frozenEncoder());
    return true;
  }

  private static DecodingSettings decoding(ConfigValues values, DecodingSettings usual) {
    String seed = values.text("decoding_seed", Long.toString(usual.seed()));
    try {
      return new DecodingSettings(
          values.integer("decoding_steps", usual.steps()),
          TimestepSpacing.named(values.text("decoding_spacing", usual.spacing().text())),
          values.number("decoding_guidance", usual.guidance()),
          Long.parseLong(seed));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "decoding_seed must be a whole number as text, was \"" + seed + "\"", e);
    }
  }

  private static UnetConfig unet(ConfigValues values) {
    values.refuseUnknown(
        List.of(
            "channels",
            "condition_channels",
            "patch_size",
            "model_channels",
            "num_res_blocks",
            "attention_resolutions",
            "channel_mult",
            "num_heads"));
    Set<Integer> attention = new LinkedHashSet<>(integers(values, "attention_resolutions"));
    return new UnetConfig(
        values.integer("channels", 0),
        values.integer("condition_channels", 0),
        values.integer("patch_size", 0),
        values.integer("model_channels", 0),
        values.integer("num_res_blocks", 0),
        attention,
        integers(values, "channel_mult"),
        values.integer("num_heads", 1));
  }

  private static List<Integer> integers(ConfigValues values, String key) {
    List<Integer> integers = new ArrayList<>();
    for (float number : values.floats(key)) {
      if (number != (int) number) {
        throw new IllegalArgumentException(key + " must be whole numbers, had " + number);
      }
      integers.add((int) number);
    }
    return integers;
  }

  private static DiffusionConfig diffusion(ConfigValues values, boolean clips) {
    return new DiffusionConfig(
        values.integer("num_train_timesteps", 1000),
        PredictionType.named(values.text("prediction_type", PredictionType.VELOCITY.text())),
        BetaSchedule.named(values.text("beta_schedule", BetaSchedule.SQUARED_COSINE)),
        values.flag("zero_terminal_snr", true),
        clips);
  }

  private static ConditionDropout dropout(ConfigValues values) {
    return new ConditionDropout(
        values.number("cls_free_guidance_dropout", 0),
        values.flag("masked_cfg", false),
        values.integer("masked_cfg_low", 0),
        values.integer("masked_cfg_high", 0));
  }
}
