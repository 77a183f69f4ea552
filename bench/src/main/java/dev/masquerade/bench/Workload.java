package dev.masquerade.bench;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.Packer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;

/** Modalities and batches of the sizes that 4M has. */
final class Workload {

  private static final int TEXT = 30_000;
  private static final int FIRST_WORD = 204;
  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);

  private Workload() {}

  /** 4M-7: colours as patches and tokens, depth, normals, classes, features, caption, boxes. */
  static List<ModalitySpec> seven() {
    return List.of(
        pixels(),
        grid("tok_rgb@224", 16_384, 14),
        grid("tok_depth@224", 8192, 14),
        grid("tok_normal@224", 8192, 14),
        grid("tok_semseg@224", 4096, 14),
        grid("tok_clip@224", 8192, 14),
        sequence("caption", 256),
        sequence("det", 256));
  }

  /** 4M-21: more grids and more sequences, each with its own tables. */
  static List<ModalitySpec> twentyOne() {
    List<ModalitySpec> all = new ArrayList<>(seven());
    for (String name : List.of("canny_edge", "sam_edge", "dinov2", "imagebind")) {
      all.add(grid("tok_" + name + "@224", 8192, name.length() > 8 ? 14 : 16));
    }
    all.add(grid("tok_dinov2_global", 8192, 4));
    all.add(grid("tok_imagebind_global", 8192, 4));
    for (String name : List.of("metadata", "human_poses", "color_palette", "sam_instance")) {
      all.add(sequence(name, 256));
    }
    all.add(
        new ModalitySpec(
            new ModalityName("t5_caption"),
            new TokenSpace.Continuous(4096),
            new TokenLayout.Vectors(77),
            Set.of(Role.INPUT)));
    return all;
  }

  /** The modalities of rendered scenes: pictures of 64 pixels in patches of 8. */
  static List<ModalitySpec> scenes() {
    TokenLayout places = new TokenLayout.Grid(8, 8);
    List<ModalitySpec> all = new ArrayList<>();
    all.add(
        new ModalitySpec(
            new ModalityName("rgb@64"),
            new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
            places,
            Set.of(Role.INPUT)));
    for (String name : List.of("rgb", "depth", "normal", "semseg")) {
      TokenSpace ids = new TokenSpace.Discrete(512);
      all.add(new ModalitySpec(new ModalityName("tok_" + name + "@64"), ids, places, BOTH));
    }
    all.add(words("caption", 1000, 64));
    all.add(words("det", 1400, 64));
    return all;
  }

  /** Patches of numbers, input only. */
  static ModalitySpec patches(int rows, int columns, int width) {
    return new ModalitySpec(
        new ModalityName("patches"),
        new TokenSpace.Continuous(width),
        new TokenLayout.Grid(rows, columns),
        Set.of(Role.INPUT));
  }

  private static ModalitySpec pixels() {
    return new ModalitySpec(
        new ModalityName("rgb@224"),
        new TokenSpace.Pixels(16, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(14, 14),
        Set.of(Role.INPUT));
  }

  private static ModalitySpec grid(String name, int vocabulary, int edge) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Discrete(vocabulary),
        new TokenLayout.Grid(edge, edge),
        BOTH);
  }

  private static ModalitySpec sequence(String name, int longest) {
    return words(name, TEXT, longest);
  }

  private static ModalitySpec words(String name, int vocabulary, int longest) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Discrete(vocabulary),
        new TokenLayout.Sequence(longest, new SpanMarks(0, 3, 4, 200), TokenLayout.Unit.TOKEN),
        BOTH);
  }

  /**
   * Masks and packs a batch, all concentrations 0.5.
   *
   * @param budget tokens seen, and tokens predicted, as far as samples have them
   */
  static PackedBatch packed(List<ModalitySpec> modalities, int rows, int budget) {
    return packed(modalities, rows, budget, budget);
  }

  /** Masks for a larger budget and cuts down to {@code budget}, so that rows are full. */
  static PackedBatch packedFull(List<ModalitySpec> modalities, int rows, int budget) {
    return packed(modalities, rows, 2 * budget, budget);
  }

  private static PackedBatch packed(
      List<ModalitySpec> modalities, int rows, int budget, int limit) {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    for (ModalitySpec spec : modalities) {
      shares.put(spec.name(), new ModalityShare(0.5, spec.isTarget() ? 0.5 : 0));
    }
    MaskingPolicy policy =
        new MaskingMixture(
                List.of(new MaskingComponent(shares)),
                TokenRange.exactly(budget),
                TokenRange.exactly(budget))
            .policy(modalities);
    SampleStreams streams = new SampleStreams(1);
    MaskedBatch batch = MaskedBatch.allocate(modalities, rows);
    for (int i = 0; i < rows; i++) {
      String key = "sample" + i;
      List<TokenizedModality> sample = new ArrayList<>();
      UniformRandomProvider rng = streams.stream(0, key, Purpose.SYNTHESIS);
      for (ModalitySpec spec : modalities) {
        sample.add(tokens(spec, rng));
      }
      int row = batch.addRow(key);
      policy.mask(new ArrayList<>(sample), streams.stream(0, key, Purpose.MASKING), batch, row);
    }
    return new Packer(modalities, new PackLimits(limit, limit)).pack(batch);
  }

  private static TokenizedModality tokens(ModalitySpec spec, UniformRandomProvider rng) {
    int places = spec.layout().maxTokens();
    if (spec.space() instanceof TokenSpace.Pixels pixels) {
      byte[] bytes = new byte[places * pixels.width()];
      rng.nextBytes(bytes);
      return new TokenizedModality.PixelPatches(bytes, pixels.width());
    }
    if (spec.space() instanceof TokenSpace.Continuous vectors) {
      float[] values = new float[places * vectors.width()];
      for (int i = 0; i < values.length; i++) {
        values[i] = rng.nextFloat() - 0.5f;
      }
      return new TokenizedModality.VectorTokens(values, vectors.width());
    }
    int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
    if (spec.layout() instanceof TokenLayout.Grid) {
      return new TokenizedModality.IdGrid(rng.ints(0, vocabulary).limit(places).toArray());
    }
    int[] ids =
        rng.ints(FIRST_WORD, vocabulary).limit(rng.nextInt(places / 4, places / 2)).toArray();
    return new TokenizedModality.IdSequence(ids);
  }

  /** Returns multiplications and additions of all heads, forward and backward. */
  static double headOperations(PackedBatch packed, int dim) {
    double operations = 0;
    for (PackedPart part : packed.targets()) {
      int vocabulary = ((TokenSpace.Discrete) part.spec().space()).vocabularySize();
      operations += 6.0 * part.count() * vocabulary * dim;
    }
    return operations;
  }
}
