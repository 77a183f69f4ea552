package dev.masquerade.bench;

import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Samples of the sizes that 4M-7 has: a caption, 196 colour patches, five grids of 196 ids; 128
 * tokens seen and 128 predicted, all concentrations 0.5.
 */
final class SevenModalities {

  private static final int FIRST_WORD = 204;
  private static final int VOCABULARY = 30_000;
  private static final int CODES = 8192;
  private static final int PLACES = 196;
  private static final SpanMarks MARKS = new SpanMarks(0, 3, 4, 200);

  private final List<ModalitySpec> specs = new ArrayList<>();
  private final int bytesPerPatch;

  /** Creates them with colour patches of an edge in pixels. */
  SevenModalities(int patchSize) {
    bytesPerPatch = 3 * patchSize * patchSize;
    TokenSpace pixels = new TokenSpace.Pixels(patchSize, ChannelStatistics.IMAGENET);
    TokenLayout grid = new TokenLayout.Grid(14, 14);
    add(
        "caption",
        new TokenSpace.Discrete(VOCABULARY),
        new TokenLayout.Sequence(256, MARKS, TokenLayout.Unit.TOKEN),
        Set.of(Role.INPUT, Role.TARGET));
    add("rgb@224", pixels, grid, Set.of(Role.INPUT));
    for (String name : List.of("clip", "depth", "normal", "rgb", "semseg")) {
      add(
          "tok_" + name + "@224",
          new TokenSpace.Discrete(CODES),
          grid,
          Set.of(Role.INPUT, Role.TARGET));
    }
  }

  private void add(String name, TokenSpace space, TokenLayout layout, Set<Role> roles) {
    specs.add(new ModalitySpec(new ModalityName(name), space, layout, roles));
  }

  List<ModalitySpec> specs() {
    return specs;
  }

  MaskingPolicy policy() {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    for (ModalitySpec spec : specs) {
      shares.put(spec.name(), new ModalityShare(0.5, spec.isTarget() ? 0.5 : 0));
    }
    return new MaskingMixture(
            List.of(new MaskingComponent(shares)), TokenRange.exactly(128), TokenRange.exactly(128))
        .policy(specs);
  }

  List<TokenizedModality> sample(UniformRandomProvider rng) {
    List<TokenizedModality> sample = new ArrayList<>();
    int[] caption = rng.ints(FIRST_WORD, VOCABULARY).limit(rng.nextInt(5, 61) + 1).toArray();
    caption[caption.length - 1] = MARKS.endId();
    sample.add(new TokenizedModality.IdSequence(caption));
    byte[] patches = new byte[PLACES * bytesPerPatch];
    rng.nextBytes(patches);
    sample.add(new TokenizedModality.PixelPatches(patches, bytesPerPatch));
    for (int grid = 0; grid < 5; grid++) {
      sample.add(new TokenizedModality.IdGrid(rng.ints(0, CODES).limit(PLACES).toArray()));
    }
    return sample;
  }
}
