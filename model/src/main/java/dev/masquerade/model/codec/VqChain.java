package dev.masquerade.model.codec;

import dev.masquerade.model.vit.VitChain;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ParameterLayout;

/** The widths at which the parts of a tokenizer meet. */
public final class VqChain {

  private static final String WIDTH = "width";
  private static final String LATENT = "latentWidth";

  private VqChain() {}

  static DimensionChain of(VqConfig config, ParameterLayout layout) {
    VitChain chain = new VitChain(layout);
    encoder(config.tokens(), chain);
    decoder(config, chain);
    return chain.chain();
  }

  /** Adds everything from content to ids. */
  public static void encoder(VqEncoderConfig config, VitChain chain) {
    String last = "";
    if (config.encoder() instanceof CoderShape.VisionTransformer shape) {
      String part = VqTensors.ENCODER;
      chain.declared("channels", config.channels(), part, "proj.weight", 1);
      chain.declared("patchSize", config.patchSize(), part, "proj.weight", 2);
      chain.declared("patchSize", config.patchSize(), part, "proj.weight", 3);
      chain.declared("encoder width", shape.width(), part, "proj.weight", 0);
      String first = VitChain.block(part + ".blocks", 0);
      chain.meet(part, "proj.weight", 0, first, "attn.qkv.weight", 1, WIDTH);
      transformer(part, config, shape, chain);
      last = end(part, shape, chain);
    } else if (config.encoder() instanceof CoderShape.PointWise shape) {
      String part = VqTensors.ENCODER;
      chain.declared("channels", config.channels(), part, "linear_in.weight", 1);
      pointWise(part, shape, chain);
      chain.declared("encoder width", shape.width(), part, "linear_out.weight", 0);
      last = part + ".linear_out";
    }
    if (config.ofClasses()) {
      chain.declared("classes", config.classes(), "cls_emb", "weight", 0);
      chain.declared("channels", config.channels(), "cls_emb", "weight", 1);
    }
    String giving = last.endsWith("linear_out") ? "weight" : "fc2.weight";
    String from = last.endsWith("linear_out") ? last : last + "mlp";
    chain.meet(from, giving, 0, VqTensors.TO_LATENT, "weight", 1, WIDTH);
    chain.declared(LATENT, config.latentWidth(), VqTensors.TO_LATENT, "weight", 0);
    quantizer(config, chain);
  }

  private static void quantizer(VqEncoderConfig config, VitChain chain) {
    QuantizerConfig quantizer = config.quantizer();
    int heads = quantizer.codebooks();
    long share = config.latentWidth() / heads;
    String shareName = heads == 1 ? LATENT : "latentWidth / codebooks";
    if (quantizer instanceof QuantizerConfig.Codebook codebook) {
      String book = "quantize._codebook";
      int first = heads == 1 ? 0 : 1;
      if (heads > 1) {
        chain.declared("codebooks", heads, book, "embed", 0);
      }
      chain.declared("codes", codebook.codes(), book, "embed", first);
      chain.declared(shareName, share, book, "embed", first + 1);
    } else if (quantizer instanceof QuantizerConfig.Memcodes memcodes) {
      chain.declared("codebooks", heads, "quantize", "codes", 0);
      chain.declared("codes", memcodes.codes(), "quantize", "codes", 1);
      chain.declared(shareName, share, "quantize", "codes", 2);
      chain.meet("quantize.codes", "", 2, "quantize.to_k", "weight", 1, LATENT);
      chain.meet("quantize.codes", "", 2, "quantize.to_v", "weight", 1, LATENT);
    } else if (quantizer instanceof QuantizerConfig.FiniteScalar scalar) {
      chain
          .chain()
          .joint(
              VqTensors.TO_LATENT,
              config.latentWidth(),
              "levels",
              scalar.levels().size(),
              "Give levels one entry per number of a latent");
    }
  }

  private static void decoder(VqConfig config, VitChain chain) {
    VqEncoderConfig tokens = config.tokens();
    String part = VqTensors.DECODER;
    long outputs = (long) tokens.patchSize() * tokens.patchSize() * tokens.predictedChannels();
    chain.meet(VqTensors.TO_LATENT, "weight", 0, VqTensors.FROM_LATENT, "weight", 1, LATENT);
    chain.declared("decoder width", config.decoder().width(), VqTensors.FROM_LATENT, "weight", 0);
    if (config.decoder() instanceof CoderShape.VisionTransformer shape) {
      String first = VitChain.block(part + ".blocks", 0);
      chain.meet(VqTensors.FROM_LATENT, "weight", 0, first, "attn.qkv.weight", 1, WIDTH);
      transformer(part, tokens, shape, chain);
      String last = end(part, shape, chain);
      chain.meet(last + "mlp", "fc2.weight", 0, part + ".out_proj", "weight", 1, WIDTH);
      chain.declared(
          "patchSize x patchSize x " + (tokens.ofClasses() ? "classes" : "channels"),
          outputs,
          part + ".out_proj",
          "weight",
          0);
    } else if (config.decoder() instanceof CoderShape.PointWise shape) {
      chain.meet(VqTensors.FROM_LATENT, "weight", 0, part, "linear_in.weight", 1, WIDTH);
      pointWise(part, shape, chain);
      chain.declared(
          tokens.ofClasses() ? "classes" : "channels", outputs, part, "linear_out.weight", 0);
    }
    for (int i = 0; config.outputConvolutions() && i < VqTensors.OUTPUT_CONVOLUTIONS; i++) {
      chain.declared(
          tokens.ofClasses() ? "classes" : "channels",
          tokens.predictedChannels(),
          part + ".out_conv." + i,
          "dwconv.weight",
          0);
    }
  }

  private static void transformer(
      String part, VqEncoderConfig config, CoderShape.VisionTransformer shape, VitChain chain) {
    String first = VitChain.block(part + ".blocks", 0);
    chain.meet(part + ".pos_emb", "", 1, first, "attn.qkv.weight", 1, WIDTH);
    chain.declared("rows", config.rows(), part + ".pos_emb", "", 2);
    chain.declared("columns", config.columns(), part + ".pos_emb", "", 3);
    chain.stack(part + ".blocks", shape.depth(), shape.hiddenWidth(), "depth", WIDTH, "mlp_ratio");
  }

  /** Adds the joints after the last block and returns the prefix of the last {@code mlp}. */
  private static String end(String part, CoderShape.VisionTransformer shape, VitChain chain) {
    String last = VitChain.block(part + ".blocks", shape.depth() - 1);
    if (!shape.postMlp()) {
      return last + ".";
    }
    String post = part + ".post_mlp";
    chain.meet(last, "mlp.fc2.weight", 0, part + ".norm_mlp", "weight", 0, WIDTH);
    chain.meet(part + ".norm_mlp", "weight", 0, post, "fc1.weight", 1, WIDTH);
    chain.meet(post, "fc1.weight", 0, post, "fc2.weight", 1, "mlp_ratio");
    return part + ".post_";
  }

  private static void pointWise(String part, CoderShape.PointWise shape, VitChain chain) {
    chain.declared("width", shape.width(), part, "linear_in.weight", 0);
    chain.meet(part + ".linear_in", "weight", 0, part + ".layernorms.0", "weight", 0, WIDTH);
    for (int layer = 0; layer < shape.depth(); layer++) {
      String norm = part + ".layernorms." + layer;
      if (shape.bottleneck()) {
        String block = part + ".blocks." + layer + ".block";
        chain.meet(norm, "weight", 0, block + ".0", "weight", 1, WIDTH);
        chain.declared("width x expansion", shape.hiddenWidth(), block + ".0", "weight", 0);
        chain.meet(block + ".0", "weight", 0, block + ".2", "weight", 1, "expansion");
      } else {
        chain.meet(norm, "weight", 0, part + ".layers." + layer, "weight", 1, WIDTH);
      }
    }
    chain.meet(
        part + ".layernorms." + (shape.depth() - 1),
        "weight",
        0,
        part + ".linear_out",
        "weight",
        1,
        WIDTH);
  }
}
