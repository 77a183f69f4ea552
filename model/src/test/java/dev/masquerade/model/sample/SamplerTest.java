package dev.masquerade.model.sample;

import static dev.masquerade.model.sample.SmallGenerator.CAPTION;
import static dev.masquerade.model.sample.SmallGenerator.DEPTH;
import static dev.masquerade.model.sample.SmallGenerator.MODALITIES;
import static dev.masquerade.model.sample.SmallGenerator.NORMAL;
import static dev.masquerade.model.sample.SmallGenerator.RGB;
import static dev.masquerade.model.sample.SmallGenerator.VECTORS;
import static dev.masquerade.model.sample.SmallGenerator.grid;
import static dev.masquerade.model.sample.SmallGenerator.picture;
import static dev.masquerade.model.sample.SmallGenerator.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.BaseNDManager;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplerTest {

  private static SmallGenerator generator;

  @BeforeAll
  static void compose() {
    generator = new SmallGenerator();
  }

  @AfterAll
  static void close() {
    generator.close();
  }

  private static TargetPlan target(ModalitySpec spec, DecodingScheme scheme, Guidance guidance) {
    boolean text = scheme == DecodingScheme.AUTOREGRESSIVE;
    return new TargetPlan(
        spec.name(),
        scheme,
        text ? 10 : 16,
        text ? 1 : 5,
        TokenSchedule.COSINE,
        1.5,
        new TemperatureSchedule.Linear(),
        TokenFilter.topP(0.9),
        guidance,
        true);
  }

  private static SamplingPlan plan(TargetPlan... targets) {
    return new SamplingPlan(List.of(targets), 11);
  }

  private static Guidance guidance(double weight, ModalitySpec... seen) {
    List<ModalityName> names = Arrays.stream(seen).map(ModalitySpec::name).toList();
    return new Guidance(List.of(new WeightedCondition(Set.copyOf(names), weight)));
  }

  private static ModalitySpec of(DecodingScheme scheme) {
    return scheme == DecodingScheme.AUTOREGRESSIVE ? CAPTION : DEPTH;
  }

  /** Conditions of different kinds and lengths, and one row that is to be completed only. */
  private static List<Canvas> rows(ModalitySpec asked) {
    List<Canvas> rows = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      Canvas canvas = new Canvas(MODALITIES);
      canvas.see(RGB.name(), picture(row));
      boolean[] half = new boolean[16];
      Arrays.fill(half, 0, 8, row == 1);
      canvas.see(NORMAL.name(), grid(NORMAL, row + 50), half);
      if (row > 1) {
        canvas.see(VECTORS.name(), new TokenizedModality.VectorTokens(new float[6 * row], 6));
      }
      if (row == 3 && asked == CAPTION) {
        canvas.see(CAPTION.name(), text(30, 4, 31, 5, 32));
      } else if (row == 3) {
        boolean[] hidden = new boolean[16];
        Arrays.fill(hidden, 5, 12, true);
        canvas.see(asked.name(), grid(asked, 9), hidden);
      }
      canvas.ask(asked.name());
      rows.add(canvas);
    }
    return rows;
  }

  private static List<int[]> sample(List<Canvas> rows, long[] seeds, SamplingPlan plan) {
    generator.sampler.sample(rows, seeds, plan, SamplingListener.NONE);
    ModalityName target = plan.targets().get(0).target();
    return rows.stream().map(canvas -> canvas.ids(target)).toList();
  }

  @ParameterizedTest
  @EnumSource(DecodingScheme.class)
  void row_isTheSameAloneAndInABatch(DecodingScheme scheme) {
    ModalitySpec asked = of(scheme);
    for (Guidance guidance :
        List.of(
            Guidance.NONE,
            guidance(2.5, NORMAL, RGB),
            new Guidance(
                List.of(
                    new WeightedCondition(Set.of(NORMAL.name()), 2),
                    new WeightedCondition(Set.of(RGB.name()), -0.5))))) {
      SamplingPlan plan = plan(target(asked, scheme, guidance));
      List<int[]> together = sample(rows(asked), new long[] {1, 2, 3, 4}, plan);
      for (int row = 0; row < together.size(); row++) {
        List<int[]> alone = sample(rows(asked).subList(row, row + 1), new long[] {row + 1}, plan);
        assertThat(alone.get(0)).as("row " + row).isEqualTo(together.get(row));
      }
    }
  }

  /** Products of other sizes sum in another order. */
  @ParameterizedTest
  @EnumSource(DecodingScheme.class)
  void logits_areCloseAloneAndInABatch(DecodingScheme scheme) {
    ModalitySpec asked = of(scheme);
    SamplingPlan plan = plan(target(asked, scheme, guidance(3, RGB)));
    List<float[]> together = new ArrayList<>();
    List<float[]> alone = new ArrayList<>();
    generator.sampler.sample(
        rows(asked), new long[] {1, 2, 3, 4}, plan, step -> together.add(step.logits().get()));
    generator.sampler.sample(
        rows(asked).subList(0, 1), new long[] {1}, plan, step -> alone.add(step.logits().get()));
    assertThat(alone).isNotEmpty();
    for (int step = 0; step < alone.size(); step++) {
      float[] first = Arrays.copyOf(together.get(step), alone.get(step).length);
      assertThat(first).as("step " + step).containsExactly(alone.get(step), offset(1e-4f));
    }
  }

  @ParameterizedTest
  @EnumSource(DecodingScheme.class)
  void planAndSeeds_giveTheSameBitsAgain(DecodingScheme scheme) {
    ModalitySpec asked = of(scheme);
    SamplingPlan plan = plan(target(asked, scheme, guidance(3, RGB)));
    List<float[]> first = new ArrayList<>();
    List<float[]> second = new ArrayList<>();
    List<Canvas> rows = rows(asked);
    List<Canvas> again = rows(asked);
    long[] seeds = {7, 7, 8, 9};
    generator.sampler.sample(rows, seeds, plan, step -> first.add(step.logits().get()));
    generator.sampler.sample(again, seeds, plan, step -> second.add(step.logits().get()));
    assertThat(second).hasSameSizeAs(first);
    for (int step = 0; step < first.size(); step++) {
      assertThat(second.get(step)).isEqualTo(first.get(step));
    }
    for (int row = 0; row < rows.size(); row++) {
      assertThat(again.get(row).ids(asked.name())).isEqualTo(rows.get(row).ids(asked.name()));
    }
  }

  /** Rows of the same conditions are encoded once. */
  @Test
  void samplesOfOneCondition_areThoseOfRowsAlone() {
    SamplingPlan plan = plan(target(CAPTION, DecodingScheme.AUTOREGRESSIVE, guidance(2, RGB)));
    List<Canvas> rows = new ArrayList<>();
    for (int picture : new int[] {1, 2, 1, 1}) {
      Canvas canvas = new Canvas(MODALITIES);
      canvas.see(RGB.name(), picture(picture));
      canvas.ask(CAPTION.name());
      rows.add(canvas);
    }
    List<int[]> together = sample(rows, new long[] {5, 6, 7, 8}, plan);
    Canvas alone = new Canvas(MODALITIES);
    alone.see(RGB.name(), picture(1));
    alone.ask(CAPTION.name());
    assertThat(sample(List.of(alone), new long[] {7}, plan).get(0)).isEqualTo(together.get(2));
    assertThat(together.get(2)).isNotEqualTo(together.get(3));
  }

  @ParameterizedTest
  @EnumSource(DecodingScheme.class)
  void seeds_changeTheResult(DecodingScheme scheme) {
    ModalitySpec asked = of(scheme);
    SamplingPlan plan = plan(target(asked, scheme, Guidance.NONE));
    int[] one = sample(rows(asked).subList(0, 1), new long[] {1}, plan).get(0);
    int[] other = sample(rows(asked).subList(0, 1), new long[] {2}, plan).get(0);
    int[] third = sample(rows(asked).subList(0, 1), new long[] {1}, plan.withSeed(12)).get(0);
    assertThat(other).isNotEqualTo(one);
    assertThat(third).isNotEqualTo(one);
  }

  @Test
  void chain_seesWhatItGenerated() {
    SamplingPlan plan =
        plan(
            target(NORMAL, DecodingScheme.MASKGIT, guidance(2, RGB)),
            target(CAPTION, DecodingScheme.AUTOREGRESSIVE, guidance(2, RGB)),
            target(DEPTH, DecodingScheme.ROAR, guidance(2, RGB)));
    Canvas canvas = new Canvas(MODALITIES);
    canvas.see(RGB.name(), picture(3));
    List.of(NORMAL, CAPTION, DEPTH).forEach(spec -> canvas.ask(spec.name()));
    List<String> steps = new ArrayList<>();
    generator.sampler.sample(
        List.of(canvas),
        new long[] {1},
        plan,
        step -> {
          steps.add(step.modality().value());
          assertThat(step.rows()).hasSize(1);
          assertThat(step.step()).isLessThan(step.steps());
        });
    assertThat(canvas.asked()).isEmpty();
    assertThat(canvas.ids(DEPTH.name())).hasSize(16);
    assertThat(canvas.isKnown(CAPTION.name())).isTrue();
    assertThat(steps.subList(0, 5)).containsOnly(NORMAL.name().value());
    assertThat(steps.subList(steps.size() - 5, steps.size())).containsOnly(DEPTH.name().value());
  }

  @ParameterizedTest
  @EnumSource(
      value = DecodingScheme.class,
      names = {"MASKGIT", "ROAR"})
  void askedPlaces_areGeneratedAndOthersStay(DecodingScheme scheme) {
    TokenizedModality.IdGrid before = (TokenizedModality.IdGrid) grid(DEPTH, 5);
    boolean[] places = new boolean[16];
    places[3] = true;
    places[7] = true;
    places[15] = true;
    Canvas canvas = new Canvas(MODALITIES);
    canvas.see(DEPTH.name(), before);
    canvas.ask(DEPTH.name(), places);
    List<Integer> settled = new ArrayList<>();
    generator.sampler.sample(
        List.of(canvas),
        new long[] {1},
        plan(target(DEPTH, scheme, Guidance.NONE)),
        step -> Arrays.stream(step.rows().get(0).settled()).forEach(settled::add));
    assertThat(settled).containsExactlyInAnyOrder(3, 7, 15);
    int[] after = canvas.ids(DEPTH.name());
    for (int place = 0; place < 16; place++) {
      if (!places[place]) {
        assertThat(after[place]).isEqualTo(before.ids()[place]);
      }
    }
  }

  @Test
  void fewerTokensThanPlaces_leavesTheRestUnknown() {
    Canvas canvas = new Canvas(MODALITIES);
    canvas.ask(DEPTH.name());
    TargetPlan few =
        new TargetPlan(
            DEPTH.name(),
            DecodingScheme.MASKGIT,
            6,
            2,
            TokenSchedule.LINEAR,
            1,
            new TemperatureSchedule.Constant(),
            TokenFilter.NONE,
            Guidance.NONE,
            false);
    generator.sampler.sample(List.of(canvas), new long[] {1}, plan(few), SamplingListener.NONE);
    assertThat(canvas.isAsked(DEPTH.name())).isFalse();
    assertThat(canvas.isKnown(DEPTH.name())).isFalse();
    assertThat(canvas.isSeen(DEPTH.name())).isTrue();
  }

  @Test
  void manyRows_areSampledInTurns() {
    List<Canvas> rows = new ArrayList<>();
    long[] seeds = new long[70];
    for (int row = 0; row < seeds.length; row++) {
      Canvas canvas = new Canvas(MODALITIES);
      canvas.see(RGB.name(), picture(row));
      canvas.ask(CAPTION.name());
      rows.add(canvas);
      seeds[row] = row;
    }
    SamplingPlan plan = plan(target(CAPTION, DecodingScheme.AUTOREGRESSIVE, Guidance.NONE));
    List<int[]> all = sample(rows, seeds, plan);
    assertThat(all).hasSize(70);
    Canvas last = new Canvas(MODALITIES);
    last.see(RGB.name(), picture(69));
    last.ask(CAPTION.name());
    assertThat(sample(List.of(last), new long[] {69}, plan).get(0)).isEqualTo(all.get(69));
  }

  @Test
  void nothingIsLeftOver_afterSampling() {
    BaseNDManager manager = (BaseNDManager) generator.model.parameters().manager();
    int before = manager.getManagedArrays().size();
    sample(
        rows(CAPTION),
        new long[] {1, 2, 3, 4},
        plan(target(CAPTION, DecodingScheme.AUTOREGRESSIVE, guidance(2, RGB))));
    sample(
        rows(DEPTH),
        new long[] {1, 2, 3, 4},
        plan(target(DEPTH, DecodingScheme.MASKGIT, guidance(2, RGB))));
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void impossiblePlans_areRefusedWithAReason() {
    Canvas canvas = new Canvas(MODALITIES);
    canvas.see(RGB.name(), picture(1));
    canvas.ask(DEPTH.name());
    assertRefused(
        canvas, target(RGB, DecodingScheme.MASKGIT, Guidance.NONE), "predicts tok_depth@16");
    assertRefused(canvas, target(DEPTH, DecodingScheme.AUTOREGRESSIVE, Guidance.NONE), "a grid");
    assertRefused(canvas, target(CAPTION, DecodingScheme.ROAR, Guidance.NONE), "a sequence");
    assertRefused(
        canvas, target(NORMAL, DecodingScheme.ROAR, Guidance.NONE), "no canvas asks for it");
    assertRefused(
        canvas,
        target(DEPTH, DecodingScheme.ROAR, guidance(2, NORMAL)),
        "guided by tok_normal@16, which is neither shown nor generated before");
    Canvas part = new Canvas(MODALITIES);
    part.see(DEPTH.name(), grid(DEPTH, 1));
    part.ask(DEPTH.name(), firstPlaces(3));
    assertRefused(
        part,
        target(DEPTH, DecodingScheme.ROAR, guidance(2, DEPTH)),
        "weighs nothing but what is known of tok_depth@16 itself");
    TargetPlan many =
        new TargetPlan(
            DEPTH.name(),
            DecodingScheme.ROAR,
            17,
            2,
            TokenSchedule.LINEAR,
            1,
            new TemperatureSchedule.Constant(),
            TokenFilter.NONE,
            Guidance.NONE,
            false);
    assertRefused(canvas, many, "at most 16 tokens, the plan asks for 17");
    canvas.ask(NORMAL.name());
    assertRefused(
        canvas, target(DEPTH, DecodingScheme.ROAR, Guidance.NONE), "asks for tok_normal@16");
  }

  private static boolean[] firstPlaces(int count) {
    boolean[] places = new boolean[16];
    Arrays.fill(places, 0, count, true);
    return places;
  }

  private static void assertRefused(Canvas canvas, TargetPlan target, String reason) {
    assertThatThrownBy(
            () ->
                generator.sampler.sample(
                    List.of(canvas), new long[] {1}, plan(target), SamplingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
