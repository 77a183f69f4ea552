package dev.masquerade.model;

import dev.masquerade.model.lora.LoraConfig;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Dimensions and choices of one model, apart from its modalities.
 *
 * <p>A model with {@code decoderDepth} 0 has an encoder alone, and perhaps an output head: that is
 * how the ViT of the 4M family is described.
 *
 * @param dim D, width of every token; divisible by heads, and by 4 for the position tables
 * @param encoderDepth blocks of the encoder, at least 1
 * @param decoderDepth blocks of the decoder; 0 for a model without one
 * @param heads H, attention heads
 * @param mlpRatio hidden width of the feed-forward part over D
 * @param activation what stands between its layers
 * @param qkvBias whether projections to queries, keys and values have biases
 * @param projBias whether projections out of attention have biases
 * @param mlpBias whether feed-forward layers have biases
 * @param normBias whether biases of norms are trained; otherwise they stay 0
 * @param qkNorm whether queries and keys are normalised per head
 * @param registerTokens trained tokens that stand before every encoder sequence
 * @param encoderDropPath largest probability, in {@code [0, 1)}, of skipping a residual branch of
 *     the encoder; grows linearly from 0 with depth
 * @param decoderDropPath the same for the decoder
 * @param sharedDropPath whether that growth runs over encoder and decoder as over one stack
 * @param causalDecoder whether a decoder place sees only the places before it
 * @param separateByModality whether a decoder place sees only places of its own modality
 * @param shareModalityEmbeddings whether encoder and decoder share one embedding per modality
 * @param tiedHeads whether output heads are the decoder's token embeddings
 * @param positions where position embeddings come from
 * @param learnedPositions names of modalities whose positions are learned all the same
 * @param bottleneck width between the two linear maps of a sequence of vectors; 0 for one map
 * @param sequencePositions rows of the sine-cosine table of every sequence
 * @param sequencePositionsOf the same for single modalities, by name
 * @param imageSize edge of the frame in pixels, as far as names of modalities do not say it
 * @param patchSize edge of a patch in pixels
 * @param outputs width of the output head of a model without a decoder; 0 for none
 * @param initialisation how new weights start
 * @param lora adapters beside the linear maps of blocks, and nothing else trained; empty for a
 *     model that is trained as a whole
 */
public record ModelConfig(
    int dim,
    int encoderDepth,
    int decoderDepth,
    int heads,
    double mlpRatio,
    Activation activation,
    boolean qkvBias,
    boolean projBias,
    boolean mlpBias,
    boolean normBias,
    boolean qkNorm,
    int registerTokens,
    double encoderDropPath,
    double decoderDropPath,
    boolean sharedDropPath,
    boolean causalDecoder,
    boolean separateByModality,
    boolean shareModalityEmbeddings,
    boolean tiedHeads,
    Positions positions,
    Set<String> learnedPositions,
    int bottleneck,
    int sequencePositions,
    Map<String, Integer> sequencePositionsOf,
    int imageSize,
    int patchSize,
    int outputs,
    Initialisation initialisation,
    Optional<LoraConfig> lora) {

  /** What is added to the variance in every norm. */
  public static final double NORM_EPSILON = 1e-6;

  /** Bounds far above any model, so that a damaged config cannot ask for endless work. */
  private static final int WIDEST = 1 << 16;

  private static final int DEEPEST = 1024;

  public ModelConfig {
    learnedPositions = Collections.unmodifiableSortedSet(new TreeSet<>(learnedPositions));
    sequencePositionsOf = Collections.unmodifiableSortedMap(new TreeMap<>(sequencePositionsOf));
    require(
        dim >= 4 && dim % 4 == 0 && dim <= WIDEST, "dim", dim, "a multiple of 4, up to " + WIDEST);
    require(
        encoderDepth >= 1 && encoderDepth <= DEEPEST,
        "encoderDepth",
        encoderDepth,
        "in [1, " + DEEPEST + "]");
    require(
        decoderDepth >= 0 && decoderDepth <= DEEPEST,
        "decoderDepth",
        decoderDepth,
        "in [0, " + DEEPEST + "]");
    require(heads >= 1, "heads", heads, "at least 1");
    if (dim % heads != 0) {
      throw new IllegalArgumentException(
          "dim must be divisible by heads, but "
              + dim
              + " is not divisible by "
              + heads
              + ". Set heads to a divisor of "
              + dim
              + " such as "
              + largestDivisorUpTo(dim, heads)
              + ", or dim to a multiple such as "
              + (dim / heads + 1) * heads);
    }
    require(mlpRatio > 0 && mlpRatio <= 64, "mlpRatio", mlpRatio, "greater than 0 and at most 64");
    require(
        hiddenWidth(dim, mlpRatio, activation) >= 1,
        "mlpRatio",
        mlpRatio,
        "large enough for a hidden width of at least 1");
    require(registerTokens >= 0, "registerTokens", registerTokens, "at least 0");
    require(
        encoderDropPath >= 0 && encoderDropPath < 1,
        "encoderDropPath",
        encoderDropPath,
        "in [0, 1)");
    require(
        decoderDropPath >= 0 && decoderDropPath < 1,
        "decoderDropPath",
        decoderDropPath,
        "in [0, 1)");
    require(bottleneck >= 0, "bottleneck", bottleneck, "at least 0");
    require(sequencePositions >= 1, "sequencePositions", sequencePositions, "at least 1");
    for (Map.Entry<String, Integer> entry : sequencePositionsOf.entrySet()) {
      require(
          entry.getValue() >= 1,
          "sequencePositionsOf[" + entry.getKey() + "]",
          entry.getValue(),
          "at least 1");
    }
    require(patchSize >= 1, "patchSize", patchSize, "at least 1");
    require(
        imageSize >= patchSize && imageSize % patchSize == 0,
        "imageSize",
        imageSize,
        "a multiple of patchSize " + patchSize);
    require(outputs >= 0, "outputs", outputs, "at least 0");
    require(
        outputs == 0 || decoderDepth == 0,
        "outputs",
        outputs,
        "0 in a model with a decoder; set decoderDepth to 0 for a model with an output head");
  }

  /** Starts from {@code fm_base_12e_12d_swiglu_nobias} with tied heads, as training does. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from this configuration. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns the width of one attention head. */
  public int headWidth() {
    return dim / heads;
  }

  /** Returns the hidden width of the feed-forward part. */
  public int hiddenWidth() {
    return hiddenWidth(dim, mlpRatio, activation);
  }

  /** Says whether the model has a decoder. */
  public boolean hasDecoder() {
    return decoderDepth > 0;
  }

  /** Says whether the positions of a modality are trained. */
  public boolean learnsPositionsOf(String modality) {
    return positions == Positions.LEARNED || learnedPositions.contains(modality);
  }

  /** Returns the rows of the sine-cosine table of a sequence. */
  public int sequencePositionsOf(String modality) {
    return sequencePositionsOf.getOrDefault(modality, sequencePositions);
  }

  /** Returns the probability of skipping a residual branch of encoder block {@code layer}. */
  public double encoderDropPathOf(int layer) {
    return rising(
        encoderDropPath, layer, sharedDropPath ? encoderDepth + decoderDepth : encoderDepth);
  }

  /** Returns the probability of skipping a residual branch of decoder block {@code layer}. */
  public double decoderDropPathOf(int layer) {
    return sharedDropPath
        ? rising(decoderDropPath, encoderDepth + layer, encoderDepth + decoderDepth)
        : rising(decoderDropPath, layer, decoderDepth);
  }

  private static double rising(double largest, int index, int count) {
    return count < 2 ? 0 : largest * index / (count - 1);
  }

  private static int hiddenWidth(int dim, double mlpRatio, Activation activation) {
    int full = (int) (dim * mlpRatio);
    return switch (activation) {
      case GELU -> full;
      case SWIGLU -> 2 * full / 3;
    };
  }

  private static int largestDivisorUpTo(int number, int limit) {
    for (int divisor = Math.min(number, limit); divisor > 1; divisor--) {
      if (number % divisor == 0) {
        return divisor;
      }
    }
    return 1;
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + allowed + ", was " + value);
    }
  }

  /** Collects a configuration; {@link #build} validates it as a whole. */
  public static final class Builder {
    private int dim = 768;
    private int encoderDepth = 12;
    private int decoderDepth = 12;
    private int heads = 12;
    private double mlpRatio = 4;
    private Activation activation = Activation.SWIGLU;
    private boolean qkvBias;
    private boolean projBias;
    private boolean mlpBias;
    private boolean normBias;
    private boolean qkNorm;
    private int registerTokens;
    private double encoderDropPath;
    private double decoderDropPath;
    private boolean sharedDropPath;
    private boolean causalDecoder;
    private boolean separateByModality = true;
    private boolean shareModalityEmbeddings = true;
    private boolean tiedHeads = true;
    private Positions positions = Positions.SINE_COSINE;
    private Set<String> learnedPositions = Set.of();
    private int bottleneck;
    private int sequencePositions = 512;
    private Map<String, Integer> sequencePositionsOf = Map.of();
    private int imageSize = 224;
    private int patchSize = 16;
    private int outputs;
    private Initialisation initialisation = Initialisation.REFERENCE;
    private Optional<LoraConfig> lora = Optional.empty();

    private Builder() {}

    private Builder(ModelConfig from) {
      dim = from.dim;
      encoderDepth = from.encoderDepth;
      decoderDepth = from.decoderDepth;
      heads = from.heads;
      mlpRatio = from.mlpRatio;
      activation = from.activation;
      qkvBias = from.qkvBias;
      projBias = from.projBias;
      mlpBias = from.mlpBias;
      normBias = from.normBias;
      qkNorm = from.qkNorm;
      registerTokens = from.registerTokens;
      encoderDropPath = from.encoderDropPath;
      decoderDropPath = from.decoderDropPath;
      sharedDropPath = from.sharedDropPath;
      causalDecoder = from.causalDecoder;
      separateByModality = from.separateByModality;
      shareModalityEmbeddings = from.shareModalityEmbeddings;
      tiedHeads = from.tiedHeads;
      positions = from.positions;
      learnedPositions = from.learnedPositions;
      bottleneck = from.bottleneck;
      sequencePositions = from.sequencePositions;
      sequencePositionsOf = from.sequencePositionsOf;
      imageSize = from.imageSize;
      patchSize = from.patchSize;
      outputs = from.outputs;
      initialisation = from.initialisation;
      lora = from.lora;
    }

    /** Sets {@link ModelConfig#dim()}. */
    public Builder dim(int value) {
      this.dim = value;
      return this;
    }

    /** Sets {@link ModelConfig#encoderDepth()}. */
    public Builder encoderDepth(int value) {
      this.encoderDepth = value;
      return this;
    }

    /** Sets {@link ModelConfig#decoderDepth()}. */
    public Builder decoderDepth(int value) {
      this.decoderDepth = value;
      return this;
    }

    /** Sets {@link ModelConfig#heads()}. */
    public Builder heads(int value) {
      this.heads = value;
      return this;
    }

    /** Sets {@link ModelConfig#mlpRatio()}. */
    public Builder mlpRatio(double value) {
      this.mlpRatio = value;
      return this;
    }

    /** Sets {@link ModelConfig#activation()}. */
    public Builder activation(Activation value) {
      this.activation = value;
      return this;
    }

    /** Sets {@link ModelConfig#qkvBias()}. */
    public Builder qkvBias(boolean value) {
      this.qkvBias = value;
      return this;
    }

    /** Sets {@link ModelConfig#projBias()}. */
    public Builder projBias(boolean value) {
      this.projBias = value;
      return this;
    }

    /** Sets {@link ModelConfig#mlpBias()}. */
    public Builder mlpBias(boolean value) {
      this.mlpBias = value;
      return this;
    }

    /** Sets {@link ModelConfig#normBias()}. */
    public Builder normBias(boolean value) {
      this.normBias = value;
      return this;
    }

    /** Sets {@link ModelConfig#qkNorm()}. */
    public Builder qkNorm(boolean value) {
      this.qkNorm = value;
      return this;
    }

    /** Sets {@link ModelConfig#registerTokens()}. */
    public Builder registerTokens(int value) {
      this.registerTokens = value;
      return this;
    }

    /** Sets {@link ModelConfig#encoderDropPath()}. */
    public Builder encoderDropPath(double value) {
      this.encoderDropPath = value;
      return this;
    }

    /** Sets {@link ModelConfig#decoderDropPath()}. */
    public Builder decoderDropPath(double value) {
      this.decoderDropPath = value;
      return this;
    }

    /** Sets {@link ModelConfig#sharedDropPath()}. */
    public Builder sharedDropPath(boolean value) {
      this.sharedDropPath = value;
      return this;
    }

    /** Sets {@link ModelConfig#causalDecoder()}. */
    public Builder causalDecoder(boolean value) {
      this.causalDecoder = value;
      return this;
    }

    /** Sets {@link ModelConfig#separateByModality()}. */
    public Builder separateByModality(boolean value) {
      this.separateByModality = value;
      return this;
    }

    /** Sets {@link ModelConfig#shareModalityEmbeddings()}. */
    public Builder shareModalityEmbeddings(boolean value) {
      this.shareModalityEmbeddings = value;
      return this;
    }

    /** Sets {@link ModelConfig#tiedHeads()}. */
    public Builder tiedHeads(boolean value) {
      this.tiedHeads = value;
      return this;
    }

    /** Sets {@link ModelConfig#positions()}. */
    public Builder positions(Positions value) {
      this.positions = value;
      return this;
    }

    /** Sets {@link ModelConfig#learnedPositions()}. */
    public Builder learnedPositions(Set<String> value) {
      this.learnedPositions = value;
      return this;
    }

    /** Sets {@link ModelConfig#bottleneck()}. */
    public Builder bottleneck(int value) {
      this.bottleneck = value;
      return this;
    }

    /** Sets {@link ModelConfig#sequencePositions()}. */
    public Builder sequencePositions(int value) {
      this.sequencePositions = value;
      return this;
    }

    /** Sets {@link ModelConfig#sequencePositionsOf()}. */
    public Builder sequencePositionsOf(Map<String, Integer> value) {
      this.sequencePositionsOf = value;
      return this;
    }

    /** Sets {@link ModelConfig#imageSize()}. */
    public Builder imageSize(int value) {
      this.imageSize = value;
      return this;
    }

    /** Sets {@link ModelConfig#patchSize()}. */
    public Builder patchSize(int value) {
      this.patchSize = value;
      return this;
    }

    /** Sets {@link ModelConfig#outputs()}. */
    public Builder outputs(int value) {
      this.outputs = value;
      return this;
    }

    /** Sets {@link ModelConfig#initialisation()}. */
    public Builder initialisation(Initialisation value) {
      this.initialisation = value;
      return this;
    }

    /** Sets {@link ModelConfig#lora()}. */
    public Builder lora(Optional<LoraConfig> value) {
      this.lora = value;
      return this;
    }

    /** Sets all biases of linear layers inside blocks at once. */
    public Builder linearBiases(boolean value) {
      return qkvBias(value).projBias(value).mlpBias(value);
    }

    /**
     * Returns the configuration.
     *
     * @throws IllegalArgumentException if its parts do not fit, saying what to change
     */
    public ModelConfig build() {
      return new ModelConfig(
          dim,
          encoderDepth,
          decoderDepth,
          heads,
          mlpRatio,
          activation,
          qkvBias,
          projBias,
          mlpBias,
          normBias,
          qkNorm,
          registerTokens,
          encoderDropPath,
          decoderDropPath,
          sharedDropPath,
          causalDecoder,
          separateByModality,
          shareModalityEmbeddings,
          tiedHeads,
          positions,
          learnedPositions,
          bottleneck,
          sequencePositions,
          sequencePositionsOf,
          imageSize,
          patchSize,
          outputs,
          initialisation,
          lora);
    }
  }
}
