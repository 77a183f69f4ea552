package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderNames;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.ReconstructionLoss;
import dev.masquerade.model.codec.ScalarBound;
import dev.masquerade.proto.run.v1.Coder;
import dev.masquerade.proto.run.v1.Model;
import dev.masquerade.proto.run.v1.Quantizer;
import dev.masquerade.proto.run.v1.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a run says of a tokenizer. */
final class TokenizerReader {

  private static final String SMALLEST = "vit_s";
  private static final int LATENTS = 32;

  /** Fields of a model that mean something here. */
  private static final Set<String> SHARED = Set.of("initial_weights", "tokenizer");

  /** Codebooks that follow their latents. */
  private static final List<Quantizer> FOLLOWING =
      List.of(Quantizer.QUANTIZER_COSINE, Quantizer.QUANTIZER_EUCLIDEAN);

  private final Model model;
  private final FieldProblems at;
  private final Tokenizer message;
  private final FieldProblems below;
  private final NumberFields numbers;
  private final Quantizer kind;

  TokenizerReader(Model model, FieldProblems at) {
    this.model = model;
    this.at = at;
    this.message = model.getTokenizer();
    this.below = at.at("tokenizer");
    this.numbers = new NumberFields(message, below);
    this.kind =
        switch (message.getQuantizer()) {
          case QUANTIZER_UNSPECIFIED, UNRECOGNIZED -> Quantizer.QUANTIZER_COSINE;
          case QUANTIZER_COSINE, QUANTIZER_EUCLIDEAN, QUANTIZER_MEMCODES, QUANTIZER_FSQ ->
              message.getQuantizer();
        };
  }

  /** Returns the network; what is wrong with it is reported. */
  TokenizerChoice read(Optional<Path> initialWeights) {
    new EncoderReader(model, at).refuseOthers("tokenizers", SHARED);
    CoderShape encoder = coder(message.getEncoder(), "encoder", true);
    CoderShape decoder =
        message.hasDecoder() ? coder(message.getDecoder(), "decoder", false) : mirrored(encoder);
    QuantizerConfig quantizer = quantizer();
    return new TokenizerChoice(
        encoder,
        decoder,
        latents(quantizer),
        quantizer,
        loss(),
        numbers.flag("output_convolutions", false),
        numbers.has("class_embedding_dim")
            ? Optional.of(numbers.count("class_embedding_dim", 1, TokenizerChoice.CLASS_EMBEDDING))
            : Optional.empty(),
        diffusion(initialWeights),
        initialWeights);
  }

  private Optional<DiffusionChoice> diffusion(Optional<Path> initialWeights) {
    if (!message.hasDiffusion()) {
      return Optional.empty();
    }
    for (String field : List.of("decoder", "loss", "output_convolutions")) {
      if (written(field)) {
        below.report(field, "does not go with diffusion, which decodes by itself; leave it out.");
      }
    }
    return Optional.of(
        new DiffusionReader(message.getDiffusion(), below.at("diffusion"))
            .read(initialWeights.isPresent()));
  }

  private CoderShape coder(Coder coder, String field, boolean encodes) {
    FieldProblems here = below.at(field);
    NumberFields own = new NumberFields(coder, here);
    boolean postMlp = own.flag("post_mlp", encodes);
    CoderShape base = preset(coder, here, own, postMlp);
    if (!(base instanceof CoderShape.VisionTransformer vit)) {
      for (String other : List.of("dim", "depth", "heads", "mlp_ratio", "post_mlp", "drop_path")) {
        if (own.has(other)) {
          here.report(
              other, "is for vision transformers; the preset's name says all. Leave it out.");
        }
      }
      return base;
    }
    try {
      return new CoderShape.VisionTransformer(
          own.count("dim", 4, vit.width()),
          own.count("depth", 1, vit.depth()),
          own.count("heads", 1, vit.heads()),
          own.real(
              "mlp_ratio",
              ratio -> ratio > 0 && ratio <= 64,
              "more than 0 and at most 64",
              vit.mlpRatio()),
          postMlp,
          own.real("drop_path", NumberFields.BELOW_ONE, "at least 0 and less than 1", 0));
    } catch (IllegalArgumentException e) {
      here.report("", e.getMessage() + ".");
      return base;
    }
  }

  private static CoderShape preset(
      Coder coder, FieldProblems here, NumberFields own, boolean postMlp) {
    String name = coder.getPreset();
    if (name.isEmpty()) {
      boolean some = own.has("dim") || own.has("depth") || own.has("heads");
      if (some && !(own.has("dim") && own.has("depth") && own.has("heads"))) {
        here.reportMissing(
            "preset", "is missing; name a preset such as \"vit_s\", or give dim, depth and heads.");
      }
      name = SMALLEST;
    }
    try {
      return CoderNames.shape(name.matches("vit_[a-z]+") ? name + "_enc" : name, postMlp);
    } catch (IllegalArgumentException e) {
      here.report("preset", e.getMessage() + ".");
      return CoderNames.shape(SMALLEST + "_enc", postMlp);
    }
  }

  /** A decoder like an encoder, but without its last MLP. */
  private static CoderShape mirrored(CoderShape encoder) {
    return encoder instanceof CoderShape.VisionTransformer vit
        ? new CoderShape.VisionTransformer(
            vit.width(), vit.depth(), vit.heads(), vit.mlpRatio(), false, vit.dropPath())
        : encoder;
  }

  private int latents(QuantizerConfig quantizer) {
    if (quantizer instanceof QuantizerConfig.FiniteScalar scalar) {
      if (numbers.has("latent_dim")) {
        below.report("latent_dim", "is the number of fsq_levels; leave it out.");
      }
      return scalar.levels().size();
    }
    int latents = numbers.count("latent_dim", 1, LATENTS);
    if (latents % quantizer.codebooks() != 0) {
      below.report(
          "latent_dim",
          latents
              + " numbers cannot be shared by "
              + quantizer.codebooks()
              + " codebooks; make it a multiple.");
    }
    return latents;
  }

  private QuantizerConfig quantizer() {
    for (String field :
        List.of(
            "normalised_latents",
            "commitment_weight",
            "ema_decay",
            "dead_code_share",
            "kmeans_start")) {
      refuseUnless(FOLLOWING.contains(kind), field, "COSINE and EUCLIDEAN");
    }
    refuseUnless(kind == Quantizer.QUANTIZER_MEMCODES, "temperature", "MEMCODES");
    refuseUnless(kind != Quantizer.QUANTIZER_FSQ, "codebooks", "codebooks, and not FSQ");
    if (kind == Quantizer.QUANTIZER_FSQ) {
      return scalar();
    }
    if (message.getFsqLevelsCount() > 0) {
      below.report("fsq_levels", "is for QUANTIZER_FSQ; leave it out, or choose that.");
    }
    if (written("fsq_bound")) {
      below.report("fsq_bound", "is for QUANTIZER_FSQ; leave it out, or choose that.");
    }
    int codes =
        numbers.requiredCount(
            "codebook_size", 2, "is missing; give the number of ids, for example 4096.");
    int codebooks = numbers.count("codebooks", 1, 1);
    try {
      return kind == Quantizer.QUANTIZER_MEMCODES
          ? new QuantizerConfig.Memcodes(
              Math.max(2, codes),
              codebooks,
              numbers.real("temperature", NumberFields.POSITIVE, "a number above 0", 1))
          : following(Math.max(2, codes), codebooks);
    } catch (IllegalArgumentException e) {
      below.report("", e.getMessage() + ".");
      return new QuantizerConfig.Codebook(CodeDistance.COSINE, 2);
    }
  }

  private QuantizerConfig.Codebook following(int codes, int codebooks) {
    return new QuantizerConfig.Codebook(
        kind == Quantizer.QUANTIZER_EUCLIDEAN ? CodeDistance.EUCLIDEAN : CodeDistance.COSINE,
        codes,
        codebooks,
        numbers.flag("normalised_latents", false),
        numbers.real("ema_decay", NumberFields.BELOW_ONE, "at least 0 and less than 1", 0.99),
        numbers.real("commitment_weight", NumberFields.NOT_NEGATIVE, "at least 0", 1),
        numbers.real(
            "dead_code_share",
            share -> share >= 0 && share <= 1,
            "at least 0 and at most 1",
            QuantizerConfig.Codebook.DEAD_SHARE),
        numbers.flag("kmeans_start", true));
  }

  private QuantizerConfig scalar() {
    if (numbers.has("codebook_size")) {
      below.report("codebook_size", "is the product of fsq_levels; leave it out.");
    }
    ScalarBound bound =
        switch (message.getFsqBound()) {
          case FSQ_BOUND_UNSPECIFIED, FSQ_BOUND_SIGMOID, UNRECOGNIZED -> ScalarBound.SIGMOID;
          case FSQ_BOUND_TANH -> ScalarBound.TANH;
        };
    if (message.getFsqLevelsCount() == 0) {
      below.reportMissing(
          "fsq_levels", "are missing; give the levels of each number, for example 8, 8, 8, 6, 5.");
    }
    try {
      if (message.getFsqLevelsCount() > 0) {
        return new QuantizerConfig.FiniteScalar(message.getFsqLevelsList(), bound);
      }
    } catch (IllegalArgumentException e) {
      below.report("fsq_levels", e.getMessage() + ".");
    }
    return new QuantizerConfig.FiniteScalar(List.of(2), bound);
  }

  private Optional<ReconstructionLoss> loss() {
    return switch (message.getLoss()) {
      case RECONSTRUCTION_LOSS_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
      case RECONSTRUCTION_LOSS_MSE -> Optional.of(ReconstructionLoss.MSE);
      case RECONSTRUCTION_LOSS_L1 -> Optional.of(ReconstructionLoss.L1);
      case RECONSTRUCTION_LOSS_SMOOTH_L1 -> Optional.of(ReconstructionLoss.SMOOTH_L1);
      case RECONSTRUCTION_LOSS_CROSS_ENTROPY -> Optional.of(ReconstructionLoss.CROSS_ENTROPY);
      case RECONSTRUCTION_LOSS_COSINE -> Optional.of(ReconstructionLoss.COSINE);
    };
  }

  private void refuseUnless(boolean meant, String field, String kinds) {
    if (!meant && written(field)) {
      below.report(field, "is for " + kinds + "; leave it out.");
    }
  }

  private boolean written(String field) {
    return message.getAllFields().keySet().stream()
        .anyMatch(descriptor -> descriptor.getName().equals(field));
  }
}
