package dev.masquerade.model.mae;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.Network;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitFamily;
import dev.masquerade.model.vit.VitJson;
import dev.masquerade.model.weights.ConfigValues;
import dev.masquerade.model.weights.ConfiguredFamily;
import dev.masquerade.model.weights.ModelDescription;
import java.util.List;

/** Masked autoencoders of one variant, which see and predict one image. */
public final class MaeFamily implements ConfiguredFamily {

  /** Masked autoencoders with a decoder. */
  public static final MaeFamily MAE = new MaeFamily("mae", MaeVariant.MAE);

  /** Masked autoencoders whose encoder sees mask tokens. */
  public static final MaeFamily SIMMIM = new MaeFamily("simmim", MaeVariant.SIMMIM);

  private final String name;
  private final MaeVariant variant;

  private MaeFamily(String name, MaeVariant variant) {
    this.name = name;
    this.variant = variant;
  }

  /** Returns the family of a variant. */
  static MaeFamily of(MaeVariant variant) {
    return switch (variant) {
      case MAE -> MAE;
      case SIMMIM -> SIMMIM;
    };
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Network network(ModelDescription description, Parameters parameters, LossKind lossKind) {
    MaeDescription model = (MaeDescription) description;
    return new MaskedAutoencoder(model.config(), model.image(), parameters);
  }

  @Override
  public JsonObject write(ModelDescription description) {
    MaeConfig config = ((MaeDescription) description).config();
    JsonObject json = new JsonObject();
    json.add("encoder", VitJson.write(config.encoder()));
    json.addProperty("decoder_width", config.decoderWidth());
    json.addProperty("decoder_depth", config.decoderDepth());
    json.addProperty("decoder_heads", config.decoderHeads());
    json.addProperty("decoder_mlp_ratio", config.decoderMlpRatio());
    json.addProperty("normalised_targets", config.normalisedTargets());
    json.addProperty("loss_over_all", config.lossOverAll());
    return json;
  }

  @Override
  public ModelDescription read(ConfigValues config, List<ModalitySpec> modalities) {
    config.refuseUnknown(
        List.of(
            "encoder",
            "decoder_width",
            "decoder_depth",
            "decoder_heads",
            "decoder_mlp_ratio",
            "normalised_targets",
            "loss_over_all"));
    return new MaeDescription(
        new MaeConfig(
            VitJson.read(config.object("encoder")),
            config.integer("decoder_width", 0),
            config.integer("decoder_depth", 0),
            config.integer("decoder_heads", 0),
            config.number("decoder_mlp_ratio", 0),
            config.flag("normalised_targets", false),
            config.flag("loss_over_all", false),
            variant),
        VitFamily.only(name, modalities));
  }
}
