package dev.masquerade.model.weights.released;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.weights.FourMDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The 4M models that were released, and how a model is told to be one of them: by its dimensions
 * and by its modalities. Those that were trained on other data or for longer are alike in both.
 *
 * @param name on the hub
 * @param size its dimensions
 * @param modalities what it sees and predicts
 */
public record ReleasedFourM(String name, Size size, Modalities modalities) {

  /** Dimensions. */
  public enum Size {
    /** 12 and 12 blocks of width 768. */
    B(768, 12, 12),
    /** 24 and 24 blocks of width 1024. */
    L(1024, 24, 16),
    /** 24 and 24 blocks of width 2048. */
    XL(2048, 24, 32);

    private final int dim;
    private final int depth;
    private final int heads;

    Size(int dim, int depth, int heads) {
      this.dim = dim;
      this.depth = depth;
      this.heads = heads;
    }

    /** Returns the width of its tokens. */
    public int dim() {
      return dim;
    }

    /** Returns the blocks of its encoder, and of its decoder. */
    public int depth() {
      return depth;
    }

    /** Returns its attention heads. */
    public int heads() {
      return heads;
    }

    private boolean fits(ModelConfig config) {
      return config.dim() == dim
          && config.encoderDepth() == depth
          && config.decoderDepth() == depth
          && config.heads() == heads;
    }
  }

  /** What a model sees and predicts. */
  public enum Modalities {
    /** Seven modalities at 224 pixels. */
    SEVEN(
        names("caption det rgb@224", images("224", SEVEN_IMAGES)),
        names("caption det", images("224", SEVEN_IMAGES))),
    /** Twenty-one modalities. */
    TWENTY_ONE(
        names("caption det rgb@224 t5_caption " + FURTHER, images("224", ALL_IMAGES)),
        names("caption det " + FURTHER, images("224", ALL_IMAGES))),
    /** Seven modalities at 224 pixels, and what is predicted at 448. */
    SUPER_RESOLUTION(
        names(
            "caption det rgb@224 rgb@448",
            images("224", SEVEN_IMAGES) + " " + images("448", SEVEN_IMAGES)),
        names("", images("448", SEVEN_IMAGES)));

    private final Set<String> inputs;
    private final Set<String> targets;

    Modalities(Set<String> inputs, Set<String> targets) {
      this.inputs = inputs;
      this.targets = targets;
    }

    /** Returns the names of what it sees. */
    public Set<String> inputs() {
      return inputs;
    }

    /** Returns the names of what it predicts. */
    public Set<String> targets() {
      return targets;
    }

    private boolean fits(List<ModalitySpec> modalities) {
      return inputs.equals(chosen(modalities, ModalitySpec::isInput))
          && targets.equals(chosen(modalities, ModalitySpec::isTarget));
    }

    private static Set<String> chosen(
        List<ModalitySpec> modalities, Predicate<ModalitySpec> which) {
      Set<String> names = new TreeSet<>();
      modalities.stream().filter(which).forEach(spec -> names.add(spec.name().value()));
      return names;
    }
  }

  private static final String SEVEN_IMAGES = "tok_clip tok_depth tok_normal tok_rgb tok_semseg";
  private static final String ALL_IMAGES =
      SEVEN_IMAGES + " tok_canny_edge tok_dinov2 tok_imagebind tok_sam_edge";
  private static final String FURTHER =
      "color_palette human_poses metadata sam_instance tok_dinov2_global tok_imagebind_global";

  /** Returns every released model. */
  public static List<ReleasedFourM> all() {
    List<ReleasedFourM> all = new ArrayList<>();
    for (Size size : Size.values()) {
      String letters = size.name();
      all.add(new ReleasedFourM("4M-7_" + letters + "_CC12M", size, Modalities.SEVEN));
      all.add(new ReleasedFourM("4M-7_" + letters + "_COYO700M", size, Modalities.SEVEN));
      all.add(new ReleasedFourM("4M-7-T2I_" + letters + "_CC12M", size, Modalities.SEVEN));
      all.add(new ReleasedFourM("4M-21_" + letters, size, Modalities.TWENTY_ONE));
    }
    all.add(new ReleasedFourM("4M-7-SR_L_CC12M", Size.L, Modalities.SUPER_RESOLUTION));
    return all;
  }

  /** Returns the released models that have a model's dimensions and modalities. */
  public static List<ReleasedFourM> like(FourMDescription model) {
    return all().stream()
        .filter(
            released ->
                released.size.fits(model.config()) && released.modalities.fits(model.modalities()))
        .toList();
  }

  /** Finds a released model by its name on the hub, as which directories are often called. */
  public static Optional<ReleasedFourM> named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return all().stream()
        .filter(released -> released.name.toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }

  private static Set<String> names(String first, String second) {
    Set<String> names = new TreeSet<>();
    for (String part : List.of(first, second)) {
      Arrays.stream(part.split(" ")).filter(name -> !name.isEmpty()).forEach(names::add);
    }
    return Set.copyOf(names);
  }

  private static String images(String size, String names) {
    return String.join(
        " ", Arrays.stream(names.split(" ")).map(name -> name + "@" + size).toList());
  }
}
