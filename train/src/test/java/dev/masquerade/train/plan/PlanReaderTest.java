package dev.masquerade.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.sample.DecodingScheme;
import dev.masquerade.model.sample.Guidance;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.TemperatureSchedule;
import dev.masquerade.model.sample.TokenFilter;
import dev.masquerade.model.sample.TokenSchedule;
import dev.masquerade.model.sample.TopK;
import dev.masquerade.model.sample.WeightedCondition;
import dev.masquerade.model.weights.FourMDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanReaderTest {

  private static final ModalityName RGB = new ModalityName("rgb@64");
  private static final ModalityName DEPTH = new ModalityName("tok_depth@64");
  private static final ModalityName CAPTION = new ModalityName("caption");
  private static final FourMDescription MODEL =
      new FourMDescription(
          ModelConfig.builder().build(),
          List.of(
              grid(RGB, EnumSet.of(Role.INPUT)),
              grid(DEPTH, EnumSet.allOf(Role.class)),
              new ModalitySpec(
                  CAPTION,
                  new TokenSpace.Discrete(400),
                  new TokenLayout.Sequence(32, new SpanMarks(0, 3, 4, 3), TokenLayout.Unit.TOKEN),
                  EnumSet.allOf(Role.class))));

  @TempDir private Path folder;

  private static ModalitySpec grid(ModalityName name, Set<Role> roles) {
    return new ModalitySpec(name, new TokenSpace.Discrete(1024), new TokenLayout.Grid(8, 8), roles);
  }

  @Test
  void namesAlone_giveTheBuiltInPlan() throws Exception {
    SamplingPlan read =
        read("targets { modality: \"caption\" } targets { modality: \"tok_depth@64\" } seed: 7");
    assertThat(read).isEqualTo(DefaultPlans.of(MODEL, Set.of(RGB), List.of(CAPTION, DEPTH), 7));
    assertThat(read.targets().get(0).scheme()).isEqualTo(DecodingScheme.AUTOREGRESSIVE);
    assertThat(read.targets().get(0).tokens()).isEqualTo(32);
    assertThat(read.targets().get(1).scheme()).isEqualTo(DecodingScheme.ROAR);
    assertThat(read.targets().get(1).tokens()).isEqualTo(64);
  }

  @Test
  void writtenPlan_readsBackEqual() throws Exception {
    SamplingPlan plan =
        new SamplingPlan(
            List.of(
                new TargetPlan(
                    DEPTH,
                    DecodingScheme.ROAR,
                    60,
                    12,
                    TokenSchedule.LINEAR,
                    2.5,
                    new TemperatureSchedule.OneX(0.5, 0.25),
                    new TokenFilter(new TopK.Share(0.1), 0.9),
                    new Guidance(List.of(new WeightedCondition(Set.of(RGB), 2))),
                    false),
                new TargetPlan(
                    CAPTION,
                    DecodingScheme.AUTOREGRESSIVE,
                    20,
                    1,
                    TokenSchedule.COSINE,
                    0,
                    new TemperatureSchedule.Decreasing(0.125),
                    new TokenFilter(new TopK.Count(5), 1),
                    new Guidance(
                        List.of(
                            new WeightedCondition(Set.of(RGB), 1.5),
                            new WeightedCondition(Set.of(DEPTH), -0.5))),
                    true)),
            -3);
    for (String name : List.of("plan.textproto", "plan.json", "plan.binpb")) {
      Path file = folder.resolve(name);
      PlanWriter.write(file, plan);
      assertThat(new PlanReader(MODEL, Set.of(RGB)).read(file)).isEqualTo(plan);
    }
  }

  @Test
  void everythingWrong_isSaidAtOnceWithItsLine() throws Exception {
    Path file =
        write(
            """
            targets {
              modality: "tok_depth"
            }
            targets {
              modality: "tok_depth@64"
              scheme: SCHEME_AUTOREGRESSIVE
              tokens: 65
              steps: 0
              temperature: -1
              top_p: 1.5
              top_k: 0
              cooling { kind: COOLING_KIND_LINEAR minimum: 1 }
            }
            targets {
              modality: "caption"
              steps: 4
              top_p: 0
              conditions { modalities: "capton" }
              conditions { weight: 2 }
            }
            targets { modality: "rgb@64" }
            targets { modality: "caption" guidence_scale: 2 }
            """);
    assertThatThrownBy(() -> new PlanReader(MODEL, Set.of(RGB)).read(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            file
                + ":2: targets[0].modality: \"tok_depth\": plans write whole names; write"
                + " \"tok_depth@64\".")
        .hasMessageContaining(
            ":6: targets[1].scheme: AUTOREGRESSIVE writes sequences, but tok_depth@64 is a grid;"
                + " use MASKGIT or ROAR.")
        .hasMessageContaining(
            ":7: targets[1].tokens: 65 is more than tok_depth@64 has: 64; leave it out for all.")
        .hasMessageContaining(":8: targets[1].steps: 0 is out of range; it must be at least 1.")
        .hasMessageContaining(
            ":9: targets[1].temperature: -1.0 is out of range; it must be at least 0.")
        .hasMessageContaining(":10: targets[1].top_p: 1.5 is out of range; it must be in (0, 1].")
        .hasMessageContaining(":11: targets[1].top_k: 0 is out of range; it must be at least 1.")
        .hasMessageContaining(":12: targets[1].cooling.minimum: is for DECREASING and ONEX")
        .hasMessageContaining(":16: targets[2].steps: is for grids; caption takes one step")
        .hasMessageContaining(":17: targets[2].top_p: 0.0 is out of range; it must be in (0, 1].")
        .hasMessageContaining(
            ":18: targets[2].conditions[0].modalities[0]: \"capton\" is not given")
        .hasMessageContaining(
            ":19: targets[2].conditions[1].modalities: is missing; guidance needs something")
        .hasMessageContaining("targets[3].modality: \"rgb@64\" is not a modality this model can")
        .hasMessageContaining("Did you mean \"guidance_scale\"?");
  }

  @Test
  void targetTwice_isRefused() {
    assertThatThrownBy(
            () -> read("targets { modality: \"caption\" } targets { modality: \"caption\" }"))
        .hasMessageContaining(
            "targets[1].modality: \"caption\" is generated before; each target stands once.");
  }

  @Test
  void guidanceWithoutACondition_isRefused() throws Exception {
    Path file = write("targets { modality: \"caption\" guidance_scale: 2 }");
    assertThatThrownBy(() -> new PlanReader(MODEL, Set.of()).read(file))
        .hasMessageContaining(
            ":1: targets[0].guidance_scale: needs a condition, but nothing is given");
  }

  @Test
  void guidanceByTheTargetAlone_isRefused() throws Exception {
    Path file =
        write(
            """
            targets { modality: "tok_depth@64" guidance_scale: 2 }
            """);
    assertThatThrownBy(() -> new PlanReader(MODEL, Set.of(DEPTH)).read(file))
        .hasMessageContaining(
            ":1: targets[0].guidance_scale: needs a condition, but nothing is given beside"
                + " tok_depth@64 itself");
    Path conditions =
        write(
            """
            targets {
              modality: "tok_depth@64"
              conditions { modalities: "tok_depth@64" weight: 2 }
            }
            """);
    assertThatThrownBy(() -> new PlanReader(MODEL, Set.of(RGB, DEPTH)).read(conditions))
        .hasMessageContaining(":3: targets[0].conditions[0].modalities: says nothing");
  }

  @Test
  void guidanceByTheTargetAndThoseBefore_isOfThoseBeforeWhereItGrows() throws Exception {
    String caption = "targets { modality: \"caption\" } ";
    String depth = "targets { modality: \"tok_depth@64\" guidance_scale: 3 ";
    SamplingPlan plan = new PlanReader(MODEL, Set.of(DEPTH)).read(write(caption + depth + "}"));
    assertThat(plan.targets().get(1).guidance().conditions())
        .containsExactly(new WeightedCondition(Set.of(CAPTION), 3));
    Path alone = write(caption + depth + "growing: false }");
    assertThatThrownBy(() -> new PlanReader(MODEL, Set.of(DEPTH)).read(alone))
        .hasMessageContaining("nothing is given beside tok_depth@64");
  }

  @Test
  void guidanceScale_isOneConditionOfEverythingGiven() throws Exception {
    SamplingPlan plan =
        read(
            "targets { modality: \"caption\" } targets { modality: \"tok_depth@64\""
                + " guidance_scale: 3 }");
    assertThat(plan.grown().get(1).guidance().conditions())
        .containsExactly(new WeightedCondition(Set.of(RGB, CAPTION), 3));
  }

  @Test
  void emptyPlan_isRefused() {
    assertThatThrownBy(() -> read("seed: 3")).hasMessageContaining("targets: is missing");
  }

  @Test
  void builtInPlansOfWhatCannotBeGenerated_listWhatCan() {
    assertThatThrownBy(() -> DefaultPlans.of(MODEL, Set.of(), List.of(RGB, CAPTION, CAPTION), 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("\"rgb@64\" is not a modality this model can generate.")
        .hasMessageContaining("Known: caption, tok_depth@64.")
        .hasMessageContaining("caption is asked for twice");
  }

  private SamplingPlan read(String text) throws IOException {
    return new PlanReader(MODEL, Set.of(RGB)).read(write(text));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("plan.textproto"), text);
  }
}
