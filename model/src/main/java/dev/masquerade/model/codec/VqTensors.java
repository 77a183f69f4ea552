package dev.masquerade.model.codec;

import dev.masquerade.model.vit.VitTensors;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.ParameterLayout;

/** Names and shapes of tokenizers, those of released 4M tokenizers, and how each tensor starts. */
public final class VqTensors {

  static final String ENCODER = "encoder";
  static final String DECODER = "decoder";
  static final String CLASS_TABLE = "cls_emb.weight";
  static final String TO_LATENT = "quant_proj";
  static final String FROM_LATENT = "post_quant_proj";
  private static final String QUANTIZER = "quantize.";
  static final String CODEBOOK = QUANTIZER + "_codebook.";

  /** Of codes that follow latents. */
  public static final String CODES = CODEBOOK + "embed";

  /** Says whether codes started, by a number that is not 0; those that did not may be clustered. */
  public static final String STARTED = CODEBOOK + "initted";

  /** Of branches that are to change nothing at first. */
  private static final InitRule NEAR_ZERO = new InitRule.Constant(1e-6f);

  private static final InitRule ZEROS = new InitRule.Constant(0);
  private static final InitRule ONES = new InitRule.Constant(1);

  /** Residual convolutions at the end of a decoder. */
  static final int OUTPUT_CONVOLUTIONS = 2;

  static final int CONVOLUTION_EDGE = 7;
  static final int CONVOLUTION_RATIO = 4;

  private VqTensors() {}

  /** Returns the layout of a tokenizer. */
  static ParameterLayout of(VqConfig config) {
    VitTensors tensors = new VitTensors();
    encoder(config.tokens(), tensors);
    decoder(config, tensors);
    return tensors.layout();
  }

  /** Adds everything up to the quantizer: what every kind of decoder stands behind. */
  public static void encoder(VqEncoderConfig config, VitTensors tensors) {
    if (config.ofClasses()) {
      tensors.add(CLASS_TABLE, new InitRule.Normal(1), true, config.classes(), config.channels());
    }
    if (config.encoder() instanceof CoderShape.VisionTransformer shape) {
      positions(ENCODER, config, shape.width(), tensors);
      tensors.patchEmbedding(ENCODER, shape.width(), config.channels(), config.patchSize());
      transformer(ENCODER, shape, tensors);
    } else if (config.encoder() instanceof CoderShape.PointWise shape) {
      pointWise(ENCODER, shape, config.channels(), shape.width(), tensors);
    }
    unitConvolution(TO_LATENT, config.encoder().width(), config.latentWidth(), tensors);
    quantizer(config.quantizer(), config.latentWidth(), tensors);
  }

  private static void decoder(VqConfig config, VitTensors tensors) {
    VqEncoderConfig tokens = config.tokens();
    int channels = tokens.predictedChannels();
    unitConvolution(FROM_LATENT, tokens.latentWidth(), config.decoder().width(), tensors);
    if (config.decoder() instanceof CoderShape.VisionTransformer shape) {
      positions(DECODER, tokens, shape.width(), tensors);
      transformer(DECODER, shape, tensors);
      tensors.linear(
          DECODER + ".out_proj",
          shape.width(),
          (long) channels * tokens.patchSize() * tokens.patchSize(),
          true);
    } else if (config.decoder() instanceof CoderShape.PointWise shape) {
      pointWise(DECODER, shape, shape.width(), channels, tensors);
    }
    if (config.outputConvolutions()) {
      for (int i = 0; i < OUTPUT_CONVOLUTIONS; i++) {
        outputConvolution(DECODER + ".out_conv." + i, channels, tensors);
      }
    }
  }

  private static void positions(
      String side, VqEncoderConfig config, int width, VitTensors tensors) {
    tensors.add(
        side + ".pos_emb",
        new InitRule.PlaneTable(config.rows(), config.columns(), width),
        false,
        1,
        width,
        config.rows(),
        config.columns());
  }

  private static void transformer(
      String side, CoderShape.VisionTransformer shape, VitTensors tensors) {
    tensors.blocks(side + ".blocks", shape.depth(), shape.width(), shape.hiddenWidth(), true);
    if (shape.postMlp()) {
      tensors.norm(side + ".norm_mlp", shape.width());
      tensors.linear(side + ".post_mlp.fc1", shape.width(), shape.hiddenWidth(), true);
      tensors.linear(side + ".post_mlp.fc2", shape.hiddenWidth(), shape.width(), true);
    }
  }

  private static void pointWise(
      String side, CoderShape.PointWise shape, int inputs, int outputs, VitTensors tensors) {
    tensors.linear(side + ".linear_in", inputs, shape.width(), true);
    for (int layer = 0; layer < shape.depth(); layer++) {
      tensors.norm(side + ".layernorms." + layer, shape.width());
      if (shape.bottleneck()) {
        String block = side + ".blocks." + layer + ".block";
        tensors.linear(block + ".0", shape.width(), shape.hiddenWidth(), true);
        tensors.linear(block + ".2", shape.hiddenWidth(), shape.width(), true);
      } else {
        tensors.linear(side + ".layers." + layer, shape.width(), shape.width(), true);
      }
    }
    tensors.linear(side + ".linear_out", shape.width(), outputs, true);
  }

  /** Adds a linear map in the form of a convolution with a kernel of one pixel. */
  private static void unitConvolution(String name, int inputs, int outputs, VitTensors tensors) {
    tensors.add(
        name + ".weight", InitRule.Uniform.xavier(inputs, outputs), true, outputs, inputs, 1, 1);
    tensors.add(name + ".bias", ZEROS, true, outputs);
  }

  private static void outputConvolution(String name, int channels, VitTensors tensors) {
    double bound = 1.0 / CONVOLUTION_EDGE;
    tensors.add(
        name + ".dwconv.weight",
        new InitRule.Uniform(bound),
        true,
        channels,
        1,
        CONVOLUTION_EDGE,
        CONVOLUTION_EDGE);
    tensors.add(name + ".dwconv.bias", ZEROS, true, channels);
    tensors.norm(name + ".norm", channels);
    tensors.linear(name + ".pwconv1", channels, (long) CONVOLUTION_RATIO * channels, true);
    tensors.linear(name + ".pwconv2", (long) CONVOLUTION_RATIO * channels, channels, true);
    tensors.add(name + ".gamma", NEAR_ZERO, true, channels);
  }

  private static void quantizer(QuantizerConfig config, int latentWidth, VitTensors tensors) {
    int heads = config.codebooks();
    int width = latentWidth / heads;
    if (config instanceof QuantizerConfig.Codebook codebook) {
      codebook(codebook, width, tensors);
    } else if (config instanceof QuantizerConfig.Memcodes memcodes) {
      InitRule projection = InitRule.Uniform.xavier(width, width);
      tensors.add("quantize.codes", new InitRule.Normal(1), true, heads, memcodes.codes(), width);
      tensors.add("quantize.to_k.weight", projection, true, heads, width, width);
      tensors.add("quantize.to_v.weight", projection, true, heads, width, width);
    }
  }

  private static void codebook(QuantizerConfig.Codebook config, int width, VitTensors tensors) {
    int heads = config.codebooks();
    long codes = config.codes();
    long[] counts = heads == 1 ? new long[] {codes} : new long[] {heads, codes};
    long[] vectors = heads == 1 ? new long[] {codes, width} : new long[] {heads, codes, width};
    InitRule embed =
        switch (config.distance()) {
          case COSINE -> new InitRule.Normal(1 / Math.sqrt(width));
          case EUCLIDEAN -> new InitRule.Normal(1);
        };
    tensors.add(STARTED, config.kMeans() ? ZEROS : ONES, false, 1);
    switch (config.distance()) {
      case COSINE -> tensors.add(CODEBOOK + "cluster_size", followed(ZEROS), false, counts);
      case EUCLIDEAN -> {
        // Where no code is ever replaced, each counts as used once, or averages would divide by 0.
        InitRule size = config.deadShare() > 0 ? ZEROS : ONES;
        tensors.add(CODEBOOK + "cluster_size", followed(size), false, counts);
        InitRule averages = new InitRule.SameAs(CODES, embed);
        tensors.add(CODEBOOK + "embed_avg", followed(averages), false, vectors);
      }
    }
    tensors.add(CODES, followed(embed), false, vectors);
  }

  /** What follows latents is learnt, though no optimiser moves it. */
  private static InitRule followed(InitRule start) {
    return new InitRule.Frozen(start);
  }

  /** Says whether a tensor is the quantizer's. */
  public static boolean ofQuantizer(String name) {
    return name.startsWith(QUANTIZER);
  }

  /** Says whether a tensor is of the codes that follow latents, or counts for them. */
  public static boolean ofCodes(String name) {
    return name.startsWith(CODEBOOK);
  }
}
