package dev.masquerade.model.weights;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderNames;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ScalarBound;
import dev.masquerade.model.codec.VqConfig;
import dev.masquerade.model.codec.VqDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.DivaeJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of a config as the released 4M tokenizers have them. Absent ones take the defaults of
 * the reference's constructor. Whether the decoder generates, and for which grid positions are, is
 * told from the tensors; so are widths and depth of transformers of no known size, which have a
 * head for 64 numbers.
 */
final class HubTokenizer {

  static final List<String> KEYS =
      Stream.concat(
              Stream.of(
                  "image_size",
                  "image_size_enc",
                  "n_channels",
                  "n_labels",
                  "enc_type",
                  "patch_proj",
                  "post_mlp",
                  "patch_size",
                  "patch_size_dec",
                  "quant_type",
                  "codebook_size",
                  "num_codebooks",
                  "latent_dim",
                  "norm_codes",
                  "norm_latents",
                  "sync_codebook",
                  "ema_decay",
                  "threshold_ema_dead_code",
                  "code_replacement_policy",
                  "commitment_weight",
                  "kmeans_init",
                  "undo_std",
                  "out_conv",
                  "domain"),
              DivaeJson.PUBLISHED_KEYS.stream())
          .toList();

  private static final int USUAL_HEAD = 64;
  private static final int USUAL_RATIO = 4;
  private static final String DIFFUSION = "decoder.time_embed.0.weight";

  private final ConfigValues values;
  private final TensorShapes shapes;

  private HubTokenizer(ConfigValues values, TensorShapes shapes) {
    this.values = values;
    this.shapes = shapes;
  }

  /** Returns whether this looks like such a config at all. */
  static boolean describesTokenizer(ConfigValues values) {
    return values.has("codebook_size") || values.has("quant_type") || values.has("latent_dim");
  }

  /**
   * Describes a tokenizer.
   *
   * @throws IllegalArgumentException if it is of a kind that is not known here, naming the key
   */
  static ModelDescription read(ConfigValues values, TensorShapes shapes) {
    return new HubTokenizer(values, shapes).description();
  }

  private ModelDescription description() {
    VqEncoderConfig tokens = tokens();
    ModalitySpec image = image(tokens);
    if (shapes.contains(DIFFUSION) || values.text("dec_type", "").startsWith("unet")) {
      return new DivaeDescription(DivaeJson.readPublished(values, tokens), image);
    }
    int patch = values.integer("patch_size", 16);
    if (values.integer("patch_size_dec", patch) != patch) {
      throw new IllegalArgumentException(
          "patch_size_dec "
              + values.integer("patch_size_dec", patch)
              + " differs from patch_size "
              + patch
              + ", which is not supported");
    }
    return new VqDescription(
        new VqConfig(
            tokens,
            coder("decoder", values.text("dec_type", "vit_b_dec")),
            values.flag("out_conv", false),
            VqConfig.usualLoss(tokens)),
        image);
  }

  private VqEncoderConfig tokens() {
    CoderShape encoder = coder("encoder", values.text("enc_type", "vit_b_enc"));
    int patch = encoder instanceof CoderShape.PointWise ? 1 : values.integer("patch_size", 16);
    int size = values.integer("image_size_enc", values.edge("image_size", 224));
    int edge = Math.max(1, size / patch);
    return new VqEncoderConfig(
        values.integer("n_channels", 3),
        values.integer("n_labels", 0),
        shapes.axis("encoder.pos_emb", 2).map(Math::toIntExact).orElse(edge),
        shapes.axis("encoder.pos_emb", 3).map(Math::toIntExact).orElse(edge),
        values.flag("patch_proj", true) ? patch : 1,
        encoder,
        values.integer("latent_dim", 32),
        quantizer(),
        values.flag("undo_std", false));
  }

  private CoderShape coder(String side, String type) {
    CoderShape named = CoderNames.shape(type, values.flag("post_mlp", false));
    Optional<Long> width = shapes.axis(side + ".pos_emb", 1);
    if (!(named instanceof CoderShape.VisionTransformer vit) || width.isEmpty()) {
      return named;
    }
    int found = Math.toIntExact(width.get());
    int depth = shapes.blocks(side + ".blocks");
    int hidden =
        shapes
            .axis(side + ".blocks.0.mlp.fc1.weight", 0)
            .map(Math::toIntExact)
            .orElse(USUAL_RATIO * found);
    boolean same = vit.width() == found && vit.depth() == depth;
    return same && vit.hiddenWidth() == hidden
        ? vit
        : new CoderShape.VisionTransformer(
            found,
            depth,
            vit.width() == found ? vit.heads() : Math.max(1, found / USUAL_HEAD),
            (double) hidden / found,
            vit.postMlp(),
            0);
  }

  private QuantizerConfig quantizer() {
    int books = values.integer("num_codebooks", 1);
    String type = values.text("quant_type", "lucid");
    return switch (type) {
      case "lucid" ->
          new QuantizerConfig.Codebook(
              values.flag("norm_codes", true) ? CodeDistance.COSINE : CodeDistance.EUCLIDEAN,
              values.integer("codebook_size", 16384),
              books,
              values.flag("norm_latents", false),
              values.number("ema_decay", 0.99),
              values.number("commitment_weight", 1),
              values.number("threshold_ema_dead_code", 0.25) > 0
                  ? QuantizerConfig.Codebook.DEAD_SHARE
                  : 0,
              values.flag("kmeans_init", false));
      case "memcodes" ->
          new QuantizerConfig.Memcodes(values.integer("codebook_size", 16384), books, 1);
      case "fsq" -> new QuantizerConfig.FiniteScalar(levels(), ScalarBound.SIGMOID);
      default ->
          throw new IllegalArgumentException(
              "quant_type \"" + type + "\" is not supported; lucid, memcodes and fsq are");
    };
  }

  private List<Integer> levels() {
    String text = values.text("codebook_size", "");
    List<Integer> levels = new ArrayList<>();
    for (String level : text.split("-")) {
      if (!level.matches("[0-9]{1,5}")) {
        throw new IllegalArgumentException(
            "codebook_size of quant_type fsq must be levels such as \"8-8-8-6-5\", was \""
                + text
                + "\"");
      }
      levels.add(Integer.valueOf(level));
    }
    return levels;
  }

  private ModalitySpec image(VqEncoderConfig tokens) {
    int patch = tokens.patchSize();
    boolean picture =
        values.flag("patch_proj", true)
            && tokens.encoder() instanceof CoderShape.VisionTransformer
            && (tokens.channels() == 1 || tokens.channels() == 3);
    TokenSpace space;
    if (tokens.ofClasses()) {
      space = new TokenSpace.ClassPatches(patch, tokens.classes());
    } else if (picture) {
      space =
          new TokenSpace.Pixels(
              patch,
              tokens.undoStandardisation()
                  ? ChannelStatistics.IMAGENET
                  : ChannelStatistics.symmetric(tokens.channels()));
    } else {
      space = new TokenSpace.Continuous(tokens.patchWidth());
    }
    return new ModalitySpec(
        new ModalityName(name(tokens, picture)),
        space,
        new TokenLayout.Grid(tokens.rows(), tokens.columns()),
        Set.of(Role.INPUT, Role.TARGET));
  }

  /** Names the content, of which a released config may not say more than how it looks. */
  private String name(VqEncoderConfig tokens, boolean picture) {
    String said = values.text("domain", "");
    if (said.matches("[A-Za-z0-9_-]{1,64}")) {
      return said;
    }
    String kind =
        tokens.ofClasses()
            ? "semseg"
            : picture ? tokens.channels() == 3 ? "rgb" : "plane" : "features";
    boolean square = tokens.rows() == tokens.columns() && (picture || tokens.ofClasses());
    return square ? kind + "@" + tokens.rows() * tokens.patchSize() : kind;
  }
}
