package dev.masquerade.model.weights;

import dev.masquerade.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The widths at which parts of a model meet, from embeddings through encoder, context projection
 * and decoder to the heads. Checked before any device is touched.
 */
public final class DimensionChain {

  /**
   * Two parts that meet.
   *
   * @param from the part that gives
   * @param gives its width
   * @param to the part that takes
   * @param takes its width
   * @param change what to change where the widths differ
   */
  public record Joint(String from, long gives, String to, long takes, String change) {

    /** Says whether both widths are the same. */
    public boolean fits() {
      return gives == takes;
    }

    @Override
    public String toString() {
      return from + " gives " + gives + ", but " + to + " takes " + takes + ". " + change;
    }
  }

  private static final Pattern EMBEDDING =
      Pattern.compile("(encoder|decoder)_embeddings\\.(.+)\\.mod_emb");
  private static final String ONE_DIM =
      "Encoder, decoder and embeddings need one dim: set it to the same number in both";
  private static final String ONE_MODEL =
      "Use weights that belong to one model, or set dim, heads and mlpRatio to theirs";

  private final List<Joint> joints = new ArrayList<>();

  /** Starts an empty chain, for parts put together by hand. */
  public DimensionChain() {}

  /** Returns the chain of a model. */
  public static DimensionChain of(ParameterLayout layout) {
    return of(TensorShapes.of(layout));
  }

  /** Returns the chain of the weights in a file. */
  public static DimensionChain of(TensorSource file) {
    return of(TensorShapes.of(file));
  }

  /**
   * Returns the chain of a model whose parameters were laid out apart from its config, with the
   * joints between the two.
   */
  public static DimensionChain of(ModelConfig config, ParameterLayout layout) {
    TensorShapes shapes = TensorShapes.of(layout);
    DimensionChain chain = of(shapes);
    String change = "Lay out the parameters from the model's own config";
    chain.joint("encoderDepth", config.encoderDepth(), "encoder", shapes.blocks("encoder"), change);
    chain.joint("decoderDepth", config.decoderDepth(), "decoder", shapes.blocks("decoder"), change);
    shapes
        .axis("encoder_norm.weight", 0)
        .ifPresent(width -> chain.joint("dim", config.dim(), "encoder_norm", width, change));
    shapes
        .axis("encoder.0.mlp.fc1.weight", 0)
        .ifPresent(
            width ->
                chain.joint("mlpRatio", config.hiddenWidth(), "encoder.0.mlp.fc1", width, change));
    shapes
        .axis("encoder.0.attn.q_norm.weight", 0)
        .ifPresent(
            width ->
                chain.joint(
                    "dim / heads", config.headWidth(), "encoder.0.attn.q_norm", width, change));
    return chain;
  }

  static DimensionChain of(TensorShapes shapes) {
    DimensionChain chain = new DimensionChain();
    new Walk(shapes, chain).all();
    return chain;
  }

  /** Adds a joint and returns this chain. */
  public DimensionChain joint(String from, long gives, String to, long takes, String change) {
    joints.add(new Joint(from, gives, to, takes, change));
    return this;
  }

  /** Returns all joints in the order in which a sample meets them. */
  public List<Joint> joints() {
    return List.copyOf(joints);
  }

  /** Returns the joints at which widths differ. */
  public List<Joint> broken() {
    return joints.stream().filter(joint -> !joint.fits()).toList();
  }

  /**
   * Refuses a chain that does not fit.
   *
   * @return this
   * @throws IllegalArgumentException if widths differ anywhere, naming both parts, both widths, and
   *     what to change
   */
  public DimensionChain require() {
    List<Joint> broken = broken();
    if (!broken.isEmpty()) {
      StringBuilder text = new StringBuilder("The parts of this model do not fit together:");
      broken.forEach(joint -> text.append("\n  ").append(joint));
      throw new IllegalArgumentException(text.toString());
    }
    return this;
  }

  /** Follows a sample through the tensors of a model; parts that are not there are passed over. */
  private static final class Walk {
    private final TensorShapes shapes;
    private final DimensionChain chain;

    Walk(TensorShapes shapes, DimensionChain chain) {
      this.shapes = shapes;
      this.chain = chain;
    }

    void all() {
      embeddings("encoder", "encoder.0", "encoder.0.attn.qkv.weight");
      stack("encoder", "attn", "encoder_norm");
      meet(
          "encoder_norm",
          "encoder_norm.weight",
          0,
          "output_head",
          "output_head.weight",
          1,
          ONE_DIM);
      meet(
          "encoder_norm",
          "encoder_norm.weight",
          0,
          "decoder_proj_context",
          "decoder_proj_context.weight",
          1,
          ONE_DIM);
      for (int layer = 0; layer < shapes.blocks("decoder"); layer++) {
        meet(
            "decoder_proj_context",
            "decoder_proj_context.weight",
            0,
            "decoder." + layer + ".cross_attn.kv",
            "decoder." + layer + ".cross_attn.kv.weight",
            1,
            ONE_DIM);
      }
      embeddings("decoder", "decoder.0", "decoder.0.self_attn.qkv.weight");
      meet(
          "mask_token", "mask_token", 2, "decoder.0", "decoder.0.self_attn.qkv.weight", 1, ONE_DIM);
      stack("decoder", "self_attn", "decoder_norm");
      for (String name : modalities("decoder")) {
        String head = "decoder_embeddings." + name + ".to_logits";
        meet("decoder_norm", "decoder_norm.weight", 0, head, head + ".weight", 1, ONE_DIM);
        String embedding = "decoder_embeddings." + name + ".token_emb";
        meet(
            head,
            head + ".weight",
            0,
            embedding,
            embedding + ".weight",
            0,
            "Give input and output of " + name + " the same vocabularySize");
      }
    }

    private TreeSet<String> modalities(String side) {
      TreeSet<String> names = new TreeSet<>();
      for (String tensor : shapes.names()) {
        Matcher matcher = EMBEDDING.matcher(tensor);
        if (matcher.matches() && matcher.group(1).equals(side)) {
          names.add(matcher.group(2));
        }
      }
      return names;
    }

    private void embeddings(String side, String block, String taking) {
      for (String name : modalities(side)) {
        String prefix = side + "_embeddings." + name;
        meet(prefix + ".mod_emb", prefix + ".mod_emb", 2, block, taking, 1, ONE_DIM);
        meet(prefix + ".pos_emb", prefix + ".pos_emb", 2, block, taking, 1, ONE_DIM);
        meet(prefix + ".token_emb", prefix + ".token_emb.weight", 1, block, taking, 1, ONE_DIM);
        meet(prefix + ".proj", prefix + ".proj.weight", 0, block, taking, 1, ONE_DIM);
        meet(prefix + ".emb_proj", prefix + ".emb_proj.weight", 0, block, taking, 1, ONE_DIM);
        meet(
            prefix + ".emb_proj.0",
            prefix + ".emb_proj.0.weight",
            0,
            prefix + ".emb_proj.1",
            prefix + ".emb_proj.1.weight",
            1,
            "Set bottleneck to one of the two");
        meet(prefix + ".emb_proj.1", prefix + ".emb_proj.1.weight", 0, block, taking, 1, ONE_DIM);
      }
    }

    private void stack(String side, String attention, String norm) {
      int blocks = shapes.blocks(side);
      for (int layer = 0; layer < blocks; layer++) {
        String block = side + "." + layer;
        thirds(block + "." + attention);
        String mlp = block + ".mlp";
        meet(mlp + ".fc1", mlp + ".fc1.weight", 0, mlp + ".fc2", mlp + ".fc2.weight", 1, ONE_MODEL);
        meet(mlp + ".fc3", mlp + ".fc3.weight", 0, mlp + ".fc2", mlp + ".fc2.weight", 1, ONE_MODEL);
        String next = side + "." + (layer + 1);
        if (layer + 1 < blocks) {
          String taking = next + "." + attention + ".qkv.weight";
          meet(block, mlp + ".fc2.weight", 0, next, taking, 1, ONE_MODEL);
        } else {
          meet(block, mlp + ".fc2.weight", 0, norm, norm + ".weight", 0, ONE_DIM);
        }
      }
    }

    /** Queries, keys and values are thirds of one tensor, and attention gives as many as one. */
    private void thirds(String attention) {
      Optional<Long> rows = shapes.axis(attention + ".qkv.weight", 0);
      Optional<Long> taken = shapes.axis(attention + ".proj.weight", 1);
      if (rows.isPresent() && taken.isPresent()) {
        chain.joint(
            attention + ".qkv",
            rows.get(),
            "queries, keys and values for " + attention + ".proj",
            3 * taken.get(),
            ONE_MODEL);
      }
    }

    private void meet(
        String from, String giving, int gives, String to, String taking, int takes, String change) {
      Optional<Long> given = shapes.axis(giving, gives);
      Optional<Long> taken = shapes.axis(taking, takes);
      if (given.isPresent() && taken.isPresent()) {
        chain.joint(from, given.get(), to, taken.get(), change);
      }
    }
  }
}
