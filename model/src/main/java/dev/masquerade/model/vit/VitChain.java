package dev.masquerade.model.vit;

import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * The widths at which the parts of a vision transformer meet, of tensors under the names of MAE and
 * timm, and of a configuration they may have been laid out apart from.
 */
public final class VitChain {

  private static final String MINE = "Lay out the parameters from the model's own config, or set ";

  private final ParameterLayout layout;
  private final DimensionChain chain = new DimensionChain();

  /** Starts the chain of a layout. */
  public VitChain(ParameterLayout layout) {
    this.layout = layout;
  }

  /** Returns the chain of a vision transformer. */
  public static DimensionChain of(VitConfig config, ParameterLayout layout) {
    VitChain chain = new VitChain(layout);
    chain.encoder(config);
    String norm = config.normAfterPooling() ? "fc_norm" : "norm";
    chain.meet(
        block("blocks", config.depth() - 1), "mlp.fc2.weight", 0, norm, "weight", 0, "width");
    if (config.maskToken()) {
      chain.meet("mask_token", "", 2, "blocks.0", "attn.qkv.weight", 1, "width");
    }
    if (config.classes() > 0) {
      chain.meet(norm, "weight", 0, "head", "weight", 1, "width");
      chain.declared("classes", config.classes(), "head", "weight", 0);
    }
    return chain.chain();
  }

  /** Adds everything up to the last block. */
  public void encoder(VitConfig config) {
    declared("patchSize", config.patchSize(), "patch_embed", "proj.weight", 2);
    declared("patchSize", config.patchSize(), "patch_embed", "proj.weight", 3);
    declared("channels", config.channels(), "patch_embed", "proj.weight", 1);
    declared("width", config.width(), "patch_embed", "proj.weight", 0);
    declared("rows x columns", config.prefixRows() + config.places(), "pos_embed", "", 1);
    meet("patch_embed", "proj.weight", 0, "blocks.0", "attn.qkv.weight", 1, "width");
    meet("pos_embed", "", 2, "blocks.0", "attn.qkv.weight", 1, "width");
    if (config.classToken()) {
      meet("cls_token", "", 2, "blocks.0", "attn.qkv.weight", 1, "width");
    }
    if (config.registerTokens() > 0) {
      declared("registerTokens", config.registerTokens(), "reg_token", "", 1);
      meet("reg_token", "", 2, "blocks.0", "attn.qkv.weight", 1, "width");
    }
    stack("blocks", config.depth(), config.hiddenWidth(), "depth", "width", "mlpRatio");
  }

  /**
   * Adds the blocks of a stack.
   *
   * @param depthName what the configuration calls its depth
   * @param widthName what it calls its width
   * @param ratioName what it calls its feed-forward ratio
   */
  public void stack(
      String stack, int depth, int hidden, String depthName, String widthName, String ratioName) {
    int blocks = 0;
    while (layout.contains(block(stack, blocks) + ".norm1.weight")) {
      blocks++;
    }
    chain.joint(depthName, depth, stack, blocks, MINE + depthName);
    for (int layer = 0; layer < blocks; layer++) {
      String block = block(stack, layer);
      if (layer > 0) {
        meet(block(stack, layer - 1), "mlp.fc2.weight", 0, block, "attn.qkv.weight", 1, widthName);
      }
      String attention = block + ".attn";
      chain.joint(
          attention + ".qkv",
          axis(attention + ".qkv.weight", 0),
          "queries, keys and values for " + attention + ".proj",
          3 * axis(attention + ".proj.weight", 1),
          "Set " + widthName + " to one of the two");
      declared(ratioName, hidden, block + ".mlp.fc1", "weight", 0);
      meet(block + ".mlp.fc1", "weight", 0, block + ".mlp.fc2", "weight", 1, ratioName);
    }
  }

  /** Adds a joint between a field of the configuration and an axis of a tensor. */
  public void declared(String field, long value, String part, String tensor, int axis) {
    chain.joint(field, value, part, axis(name(part, tensor), axis), MINE + field);
  }

  /**
   * Adds a joint between two parts.
   *
   * @param giving tensor of the part that gives; empty where the part is one tensor
   * @param taking tensor of the part that takes
   * @param field of the configuration to change where they differ
   */
  public void meet(
      String from, String giving, int gives, String to, String taking, int takes, String field) {
    chain.joint(
        from,
        axis(name(from, giving), gives),
        to,
        axis(name(to, taking), takes),
        "Set " + field + " to one of the two");
  }

  /** Returns what was added. */
  public DimensionChain chain() {
    return chain;
  }

  /** Returns the name of a block. */
  public static String block(String stack, int layer) {
    return stack + "." + layer;
  }

  private static String name(String part, String tensor) {
    return tensor.isEmpty() ? part : part + "." + tensor;
  }

  /** Returns the length of an axis; 0 where there is no such tensor or axis. */
  private long axis(String tensor, int axis) {
    if (!layout.contains(tensor)) {
      return 0;
    }
    List<Long> shape = layout.get(tensor).shape();
    return axis < shape.size() ? shape.get(axis) : 0;
  }
}
