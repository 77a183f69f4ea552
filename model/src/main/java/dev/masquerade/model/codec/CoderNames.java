package dev.masquerade.model.codec;

import dev.masquerade.modality.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that configurations of released tokenizers give to encoders and decoders: {@code
 * vit_b_enc}, {@code vit_b_dec}, and {@code BottleneckMLP/B_6-Wi_1024} for a point-wise one of 6
 * blocks of width 1024, whose hidden layers are 4 times as wide unless {@code -Ex_2} says
 * otherwise; {@code MLP/B_6-Wi_1024} has none.
 */
public final class CoderNames {

  private static final int EXPANSION = 4;
  private static final Pattern POINT_WISE =
      Pattern.compile("(Bottleneck|Standard|)MLP/B_(\\d{1,4})-Wi_(\\d{1,6})(?:-E\\w*_(\\d{1,3}))?");
  private static final Pattern TRANSFORMER = Pattern.compile("(vit_[a-z]+)_(?:enc|dec)");

  private static final Map<String, Size> SIZES = new LinkedHashMap<>();

  static {
    SIZES.put("vit_s", new Size(512, 8, 8));
    SIZES.put("vit_b", new Size(768, 12, 12));
    SIZES.put("vit_l", new Size(1024, 24, 16));
  }

  private record Size(int width, int depth, int heads) {}

  private CoderNames() {}

  /**
   * Returns the name of an encoder or decoder; empty where none stands for exactly its tensors.
   *
   * @param side {@code enc} or {@code dec}
   */
  public static Optional<String> name(CoderShape shape, String side) {
    if (shape instanceof CoderShape.PointWise mlp) {
      String size = "MLP/B_" + mlp.depth() + "-Wi_" + mlp.width();
      String expansion = mlp.expansion() == EXPANSION ? "" : "-Ex_" + mlp.expansion();
      return Optional.of(mlp.bottleneck() ? "Bottleneck" + size + expansion : size);
    }
    CoderShape.VisionTransformer vit = (CoderShape.VisionTransformer) shape;
    Size wanted = new Size(vit.width(), vit.depth(), vit.heads());
    return vit.hiddenWidth() != EXPANSION * vit.width()
        ? Optional.empty()
        : SIZES.entrySet().stream()
            .filter(size -> size.getValue().equals(wanted))
            .map(size -> size.getKey() + "_" + side)
            .findFirst();
  }

  /**
   * Returns what a name stands for.
   *
   * @param name for example {@code vit_b_enc}
   * @param postMlp whether a transformer ends in a feed-forward part with tanh
   * @throws IllegalArgumentException if it stands for nothing known here
   */
  public static CoderShape shape(String name, boolean postMlp) {
    Matcher transformer = TRANSFORMER.matcher(name);
    Size size = transformer.matches() ? SIZES.get(transformer.group(1)) : null;
    if (size != null) {
      return new CoderShape.VisionTransformer(size.width, size.depth, size.heads, postMlp);
    }
    Matcher pointWise = POINT_WISE.matcher(name);
    if (pointWise.matches()) {
      boolean bottleneck = pointWise.group(1).equals("Bottleneck");
      String expansion = pointWise.group(4);
      return new CoderShape.PointWise(
          Integer.parseInt(pointWise.group(3)),
          Integer.parseInt(pointWise.group(2)),
          bottleneck ? expansion == null ? EXPANSION : Integer.parseInt(expansion) : 0);
    }
    List<String> known =
        List.of(
            "vit_s_enc",
            "vit_s_dec",
            "vit_b_enc",
            "vit_b_dec",
            "vit_l_enc",
            "vit_l_dec",
            "BottleneckMLP/B_6-Wi_1024",
            "MLP/B_6-Wi_1024");
    throw new IllegalArgumentException(
        "\""
            + name
            + "\" is no encoder or decoder that is known."
            + NearestName.of(name, known).map(near -> " Did you mean \"" + near + "\"?").orElse("")
            + " Known, with other numbers too: "
            + String.join(", ", known));
  }
}
