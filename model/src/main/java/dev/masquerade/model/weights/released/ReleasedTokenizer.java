package dev.masquerade.model.weights.released;

import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The tokenizers that were released with 4M, and how one is told to be one of them: by codes, ids a
 * place, and what its decoder is. Those of content that looks alike are alike in all of these.
 *
 * @param name on the hub
 * @param channels numbers per pixel or place; 0 where it is not told by the content's kind
 * @param classes of a class map; 0 for other content
 * @param codes ids there are
 * @param codebooks ids that a place becomes
 * @param generates whether its decoder generates by diffusion
 */
public record ReleasedTokenizer(
    String name, int channels, int classes, int codes, int codebooks, boolean generates) {

  private static final int COCO_CLASSES = 134;

  /** Returns every released tokenizer. */
  public static List<ReleasedTokenizer> all() {
    return List.of(
        new ReleasedTokenizer("4M_tokenizers_rgb_16k_224-448", 3, 0, 16_384, 1, true),
        new ReleasedTokenizer("4M_tokenizers_depth_8k_224-448", 1, 0, 8192, 1, true),
        new ReleasedTokenizer("4M_tokenizers_normal_8k_224-448", 3, 0, 8192, 1, true),
        new ReleasedTokenizer("4M_tokenizers_edge_8k_224-512", 1, 0, 8192, 1, true),
        new ReleasedTokenizer("4M_tokenizers_semseg_4k_224-448", 0, COCO_CLASSES, 4096, 1, false),
        new ReleasedTokenizer("4M_tokenizers_CLIP-B16_8k_224-448", 512, 0, 8192, 1, false),
        new ReleasedTokenizer("4M_tokenizers_DINOv2-B14_8k_224-448", 768, 0, 8192, 1, false),
        new ReleasedTokenizer("4M_tokenizers_DINOv2-B14-global_8k_16_224", 768, 0, 8192, 16, false),
        new ReleasedTokenizer("4M_tokenizers_ImageBind-H14_8k_224-448", 1280, 0, 8192, 1, false),
        new ReleasedTokenizer(
            "4M_tokenizers_ImageBind-H14-global_8k_16_224", 0, 0, 8192, 16, false),
        new ReleasedTokenizer("4M_tokenizers_sam-instance_1k_64", 1, 0, 1024, 1, false),
        new ReleasedTokenizer("4M_tokenizers_human-poses_1k_8", 207, 0, 1024, 8, false));
  }

  /** Returns the released tokenizers that have a tokenizer's parts. */
  public static List<ReleasedTokenizer> like(TokenizerDescription model) {
    VqEncoderConfig tokens = model.tokens();
    return all().stream()
        .filter(
            released ->
                (released.channels == 0 || released.channels == tokens.channels())
                    && released.classes == tokens.classes()
                    && released.codes == tokens.quantizer().codes()
                    && released.codebooks == tokens.quantizer().codebooks()
                    && released.generates == (model instanceof DivaeDescription))
        .toList();
  }

  /** Finds a released tokenizer by its name on the hub. */
  public static Optional<ReleasedTokenizer> named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return all().stream()
        .filter(released -> released.name.toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }
}
