package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.masking.place.GivenPlaces;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.MultiBlockPlaces;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Both rules of autoencoders: places of single modalities, and one budget for several. */
class PlaceMaskingTest {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);
  private static final ModalitySpec RGB = spec("rgb", BOTH);
  private static final ModalitySpec DEPTH = spec("depth", BOTH);
  private static final ModalitySpec SEEN = spec("seen", Set.of(Role.INPUT));
  private static final ModalitySpec ASKED = spec("asked", Set.of(Role.TARGET));
  private static final List<ModalitySpec> RUN = List.of(RGB, DEPTH, SEEN, ASKED);
  private static final RandomPlaces RANDOM = new RandomPlaces(new MaskRatio(0.75));

  private final SampleStreams streams = new SampleStreams(1);

  @Test
  void keptPlaces_areSeenAndRemovedOnesPredicted() {
    MaskedBatch batch = masked(new PlaceMasking(RANDOM), "key", whole());
    assertThat(seen(batch, 0)).hasSize(4);
    assertThat(predicted(batch, 0)).hasSize(12).doesNotContainAnyElementsOf(seen(batch, 0));
    assertThat(seen(batch, 1)).hasSize(4);
    assertThat(seen(batch, 2)).hasSize(4);
    assertThat(predicted(batch, 2)).isEmpty();
    assertThat(seen(batch, 3)).isEmpty();
    assertThat(predicted(batch, 3)).hasSize(16);
    assertThat(batch.parts().get(0).decoderRun[predicted(batch, 0).iterator().next()])
        .isEqualTo(12);
  }

  @Test
  void contents_areThereWhereverASideReadsThem() {
    MaskedBatch batch = masked(new PlaceMasking(RANDOM), "key", whole());
    for (int m : new int[] {0, 1, 3}) {
      MaskedBatch.Part part = batch.parts().get(m);
      for (int place = 0; place < 16; place++) {
        assertThat(part.pixels[place * part.width]).isEqualTo((byte) (place + 1));
      }
    }
    for (int place : seen(batch, 2)) {
      assertThat(batch.parts().get(2).pixels[place * 3]).isEqualTo((byte) (place + 1));
    }
  }

  @Test
  void modalities_areMaskedByDrawsOfTheirOwn() {
    int alike = 0;
    for (int i = 0; i < 100; i++) {
      MaskedBatch batch = masked(new PlaceMasking(RANDOM), "key " + i, whole());
      alike += seen(batch, 0).equals(seen(batch, 1)) ? 1 : 0;
    }
    // One of 1820 sets is drawn: three or more of 100 alike have a chance of less than 3 in 10^5.
    assertThat(alike).isLessThan(3);
  }

  @Test
  void masksGivenByHand_workForEveryRowOfABatch() {
    PlaceGrid grid = new PlaceGrid(4, 4);
    MaskingPolicy policy =
        new PlaceMasking(
                RANDOM,
                Map.of(
                    RGB.name(), GivenPlaces.removing(grid, 1, 2, 3),
                    DEPTH.name(), GivenPlaces.removing(grid, 15)))
            .policy(RUN);
    MaskedBatch batch = MaskedBatch.allocate(RUN, 3);
    for (int i = 0; i < 3; i++) {
      String key = "key " + i;
      int row = batch.addRow(key);
      policy.mask(whole(), streams.stream(0, key, Purpose.MASKING), batch, row);
      for (int place = 0; place < 16; place++) {
        boolean hidden = place >= 1 && place <= 3;
        assertThat(batch.parts().get(0).encoderIgnored[row * 16 + place]).isEqualTo(hidden);
        assertThat(batch.parts().get(0).decoderIgnored[row * 16 + place]).isEqualTo(!hidden);
        assertThat(batch.parts().get(1).encoderIgnored[row * 16 + place]).isEqualTo(place == 15);
      }
    }
  }

  @Test
  void placesOutsideAllBlocks_areDropped() {
    MultiBlockPlaces blocks =
        new MultiBlockPlaces(
            1,
            1,
            new MultiBlockPlaces.Span(0.25, 0.25),
            new MultiBlockPlaces.Span(0.3, 0.3),
            new MultiBlockPlaces.Span(1, 1),
            1);
    MaskedBatch batch = masked(new PlaceMasking(blocks), "key", whole());
    assertThat(predicted(batch, 0)).hasSize(4);
    assertThat(seen(batch, 0)).hasSizeBetween(2, 4);
    assertThat(predicted(batch, 0)).doesNotContainAnyElementsOf(seen(batch, 0));
  }

  @Test
  void budgetOfSeveralModalities_isSpentExactly() {
    TaskMasking rule = new TaskMasking(10, 0.5, false);
    Set<Integer> shares = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      MaskedBatch batch = masked(rule, "key " + i, whole());
      int sum = 0;
      for (int m = 0; m < 3; m++) {
        sum += seen(batch, m).size();
        assertThat(predicted(batch, m)).hasSize(m == 2 ? 0 : 16 - seen(batch, m).size());
      }
      assertThat(sum).isEqualTo(10);
      assertThat(predicted(batch, 3)).hasSize(16);
      shares.add(seen(batch, 0).size());
    }
    assertThat(shares).contains(0, 10);
  }

  @Test
  void modalityThatASampleLacks_takesNoPartOfTheBudget() {
    List<@Nullable TokenizedModality> sample = new ArrayList<>(whole());
    sample.set(0, null);
    for (int i = 0; i < 50; i++) {
      MaskedBatch batch = masked(new TaskMasking(10, 1, true), "key " + i, sample);
      assertThat(seen(batch, 0)).isEmpty();
      assertThat(seen(batch, 1).size() + seen(batch, 2).size()).isEqualTo(10);
    }
    sample.set(1, null);
    sample.set(2, null);
    MaskedBatch batch = masked(new TaskMasking(10, 1, true), "key", sample);
    assertThat(predicted(batch, 3)).hasSize(16);
  }

  // Shares are even, so that only the drawn set says who gets any: 3 sets of 7 hold one modality, 3
  // hold two, 1 holds all. Four standard errors of 2,000 draws are 0.045 and 0.032.
  @Test
  void subsets_areDrawnEvenly() {
    TaskMasking rule = new TaskMasking(12, 1e6, true);
    int[] takers = new int[4];
    for (int i = 0; i < 2_000; i++) {
      MaskedBatch batch = masked(rule, "key " + i, whole());
      int count = 0;
      for (int m = 0; m < 3; m++) {
        count += seen(batch, m).isEmpty() ? 0 : 1;
      }
      takers[count]++;
    }
    assertThat(takers[1] / 2_000.0).isBetween(3 / 7.0 - 0.045, 3 / 7.0 + 0.045);
    assertThat(takers[2] / 2_000.0).isBetween(3 / 7.0 - 0.045, 3 / 7.0 + 0.045);
    assertThat(takers[3] / 2_000.0).isBetween(1 / 7.0 - 0.032, 1 / 7.0 + 0.032);
  }

  @Test
  void equalStreams_giveEqualMasks() {
    for (MaskingRule rule : List.of(new PlaceMasking(RANDOM), new TaskMasking(10, 1, true))) {
      assertThat(seen(masked(rule, "key", whole()), 1))
          .isEqualTo(seen(masked(rule, "key", whole()), 1));
    }
  }

  @Test
  void problems_areFoundTogether() {
    ModalitySpec text =
        new ModalitySpec(
            new ModalityName("t5"),
            new TokenSpace.Continuous(3),
            new TokenLayout.Vectors(5),
            Set.of(Role.INPUT));
    PlaceMasking all =
        new PlaceMasking(
            new RandomPlaces(new MaskRatio(0.99)), Map.of(new ModalityName("other"), RANDOM));
    assertThat(all.problems(List.of(SEEN, text)))
        .satisfiesExactly(
            problem -> assertThat(problem).contains("names other"),
            problem -> assertThat(problem).startsWith("t5 is no grid"),
            problem -> assertThat(problem).contains("nothing would be predicted"),
            problem ->
                assertThat(problem)
                    .startsWith("seen: a mask ratio of 0.99 leaves the encoder none of 16 places"));
    assertThat(new TaskMasking(48, 1, false).problems(RUN))
        .containsExactly(
            "task masking shows the encoder 48 tokens, but the input modalities have only 48"
                + " together, so that nothing is hidden. Lower visible_tokens");
    assertThatThrownBy(() -> all.policy(List.of(SEEN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of 16 places");
    assertThatThrownBy(() -> new TaskMasking(0, 1, false)).hasMessageContaining("was 0");
    assertThatThrownBy(() -> new TaskMasking(1, 0, false)).hasMessageContaining("above 0");
  }

  private MaskedBatch masked(
      MaskingRule rule, String key, List<@Nullable TokenizedModality> sample) {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    int row = batch.addRow(key);
    rule.policy(RUN).mask(sample, streams.stream(0, key, Purpose.MASKING), batch, row);
    return batch;
  }

  private static ModalitySpec spec(String name, Set<Role> roles) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Pixels(1, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(4, 4),
        roles);
  }

  private static List<@Nullable TokenizedModality> whole() {
    byte[] values = new byte[48];
    for (int i = 0; i < 48; i++) {
      values[i] = (byte) (i / 3 + 1);
    }
    TokenizedModality patches = new TokenizedModality.PixelPatches(values, 3);
    return new ArrayList<>(Arrays.asList(patches, patches, patches, patches));
  }

  private static Set<Integer> seen(MaskedBatch batch, int modality) {
    return places(batch.parts().get(modality).encoderIgnored);
  }

  private static Set<Integer> predicted(MaskedBatch batch, int modality) {
    return places(batch.parts().get(modality).decoderIgnored);
  }

  private static Set<Integer> places(boolean[] ignored) {
    Set<Integer> places = new TreeSet<>();
    for (int place = 0; place < ignored.length; place++) {
      if (!ignored[place]) {
        places.add(place);
      }
    }
    return places;
  }
}
