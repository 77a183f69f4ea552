package dev.masquerade.model.weights;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a modality is, told from its name and the shapes of its tensors: a released config gives no
 * more than the name.
 *
 * <p>Shapes say the kind of token, the vocabulary or width, and the number of positions. The name
 * says whether positions form a grid: it has a size after {@code @}, or begins with {@code tok_}.
 * Longest lengths of the released text modalities are known by name.
 */
final class ModalityGuess {

  private static final Map<String, Integer> MAX_TOKENS =
      Map.of(
          "caption", 256,
          "det", 256,
          "metadata", 40,
          "human_poses", 275,
          "color_palette", 23,
          "sam_instance", 290,
          "t5_caption", 77);

  private static final Pattern FRAME = Pattern.compile(".*@([0-9]{1,6})x([0-9]{1,6})");

  /** PAD, UNK, SOS and EOS come first, then the sentinels. */
  private static final int FIRST_SENTINEL = 4;

  private static final int END = 3;
  private static final int SENTINELS = 200;

  private final TensorShapes shapes;
  private final int patchSize;

  ModalityGuess(TensorShapes shapes, int patchSize) {
    this.shapes = shapes;
    this.patchSize = patchSize;
  }

  /**
   * Says whether positions of a modality are learned in models whose positions otherwise are not.
   */
  static boolean learnsPositions(String name) {
    return new ModalityName(name).base().endsWith("_global");
  }

  /**
   * Returns the modality.
   *
   * @throws IllegalArgumentException if there are no tensors to tell from, or they fit no kind
   */
  ModalitySpec spec(String name, Set<Role> roles) {
    ModalityName parsed = new ModalityName(name);
    Optional<Long> patch = shapes.axis("encoder_embeddings." + name + ".proj.weight", 1);
    if (patch.isPresent()) {
      return new ModalitySpec(parsed, patches(Math.toIntExact(patch.get())), grid(name), roles);
    }
    Optional<Long> vector =
        shapes
            .axis("encoder_embeddings." + name + ".emb_proj.weight", 1)
            .or(() -> shapes.axis("encoder_embeddings." + name + ".emb_proj.0.weight", 1));
    if (vector.isPresent()) {
      return new ModalitySpec(
          parsed,
          new TokenSpace.Continuous(Math.toIntExact(vector.get())),
          new TokenLayout.Vectors(maxTokens(name)),
          roles);
    }
    int vocabulary =
        Math.toIntExact(
            first(name, "token_emb.weight", 0)
                .or(() -> first(name, "to_logits.weight", 0))
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "modality \""
                                + name
                                + "\" has no tensors encoder_embeddings."
                                + name
                                + ".* or decoder_embeddings."
                                + name
                                + ".* to tell its kind from")));
    TokenSpace ids = new TokenSpace.Discrete(vocabulary);
    boolean grid = name.indexOf('@') >= 0 || name.startsWith("tok_");
    return new ModalitySpec(parsed, ids, grid ? grid(name) : sequence(name, vocabulary), roles);
  }

  /** Returns how many positions the tensors hold for a modality. */
  int positions(String name) {
    return Math.toIntExact(
        first(name, "pos_emb", 1)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "modality \"" + name + "\" has no tensor with its positions (pos_emb)")));
  }

  private Optional<Long> first(String name, String tensor, int axis) {
    return shapes
        .axis("encoder_embeddings." + name + "." + tensor, axis)
        .or(() -> shapes.axis("decoder_embeddings." + name + "." + tensor, axis));
  }

  private TokenSpace patches(int width) {
    int channels = width / (patchSize * patchSize);
    if (channels * patchSize * patchSize != width || channels < 1 || channels > 4) {
      return new TokenSpace.Continuous(width);
    }
    return new TokenSpace.Pixels(
        patchSize,
        channels == 3 ? ChannelStatistics.IMAGENET : ChannelStatistics.symmetric(channels));
  }

  private TokenLayout sequence(String name, int vocabulary) {
    int sentinels = Math.min(SENTINELS, vocabulary - FIRST_SENTINEL);
    if (sentinels < 2) {
      throw new IllegalArgumentException(
          "modality \""
              + name
              + "\" has a vocabulary of "
              + vocabulary
              + ", too small for the special ids of a text modality");
    }
    return new TokenLayout.Sequence(
        maxTokens(name),
        new SpanMarks(0, END, FIRST_SENTINEL, sentinels),
        name.equals("metadata") ? TokenLayout.Unit.CHUNK : TokenLayout.Unit.TOKEN);
  }

  private int maxTokens(String name) {
    int positions = positions(name);
    return Math.min(MAX_TOKENS.getOrDefault(name, positions), positions);
  }

  private TokenLayout.Grid grid(String name) {
    int positions = positions(name);
    Matcher frame = FRAME.matcher(name);
    if (frame.matches()) {
      int height = Integer.parseInt(frame.group(1));
      int width = Integer.parseInt(frame.group(2));
      if ((long) height * width == positions) {
        return new TokenLayout.Grid(height, width);
      }
      int rows = height / patchSize;
      int columns = width / patchSize;
      if ((long) rows * columns == positions) {
        return new TokenLayout.Grid(rows, columns);
      }
      throw new IllegalArgumentException(
          "modality \""
              + name
              + "\" has "
              + positions
              + " positions, which fit neither "
              + height
              + " x "
              + width
              + " tokens nor that many pixels in patches of "
              + patchSize);
    }
    int edge = (int) Math.round(Math.sqrt(positions));
    return edge * edge == positions
        ? new TokenLayout.Grid(edge, edge)
        : new TokenLayout.Grid(1, positions);
  }
}
