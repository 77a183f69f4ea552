package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.proto.run.v1.Precision;
import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.Train;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldOverridesTest {

  private final Problems problems = new Problems();
  private final FieldProblems fields = FieldProblems.of(problems, "run.textproto");

  private Run apply(Run run, String... assignments) {
    Run.Builder builder = run.toBuilder();
    FieldOverrides.of(List.of(assignments)).apply(builder, fields);
    return builder.build();
  }

  @Test
  void scalars_areSetAndMessagesComeIntoBeing() {
    Run run =
        apply(
            Run.getDefaultInstance(),
            "name=small run",
            "train.steps=100",
            "train.precision=bf16",
            "model.qk_norm=true",
            "schedule.warm_up.tokens=5",
            "optimiser.beta1 = 0.5");
    assertThat(problems.lines()).isEmpty();
    assertThat(run.getName()).isEqualTo("small run");
    assertThat(run.getTrain().getSteps()).isEqualTo(100);
    assertThat(run.getTrain().getPrecision()).isEqualTo(Precision.PRECISION_BF16);
    assertThat(run.getModel().getQkNorm()).isTrue();
    assertThat(run.getSchedule().getWarmUp().getTokens()).isEqualTo(5);
    assertThat(run.getOptimiser().getBeta1()).isEqualTo(0.5);
  }

  @Test
  void listsMapsAndBlocks_areReached() {
    Run run = Run.newBuilder().setName("a").build();
    run =
        apply(
            run,
            "modalities[0].name=rgb@64",
            "modalities[1].name=caption",
            "modalities[1].options.case=lower",
            "modalities[1].options.case=upper",
            "modalities[1].roles[0]=target",
            "masking.mixture[0]={ weight: 2 input_alpha: 1 }",
            "model.learned_positions[0]=a.b=c");
    assertThat(problems.lines()).isEmpty();
    assertThat(run.getModalities(0).getName()).isEqualTo("rgb@64");
    assertThat(run.getModalities(1).getOptionsMap())
        .containsExactly(java.util.Map.entry("case", "upper"));
    assertThat(run.getModalities(1).getRolesCount()).isEqualTo(1);
    assertThat(run.getMasking().getMixture(0).getWeight()).isEqualTo(2);
    assertThat(run.getModel().getLearnedPositions(0)).isEqualTo("a.b=c");
  }

  @Test
  void oneofFields_replaceEachOther() {
    Run run = apply(Run.getDefaultInstance(), "train.epochs=2.5", "train.steps=3");
    assertThat(run.getTrain().hasEpochs()).isFalse();
    assertThat(run.getTrain().getSteps()).isEqualTo(3);
  }

  @Test
  void everyMistake_isReportedWithTheOverride() {
    Run run = Run.newBuilder().setName("a").build();
    apply(
        run,
        "train.stesp=5",
        "train.steps",
        "train.steps=many",
        "train.precision=fp64",
        "train.steps.more=1",
        "train[0].steps=1",
        "modalities.name=a",
        "modalities[2].name=a",
        "modalities[x]=a",
        "model={ dim 5 }",
        "model=5",
        "=5");
    assertThat(problems.lines())
        .containsExactly(
            "--set train.stesp=5: train.stesp: \"stesp\" is not a field of Train. Did you mean"
                + " \"steps\"?\n    Known: "
                + MessageReaderTest.fields(Train.getDescriptor())
                + ".",
            "--set train.steps: train.steps: has no value; write train.steps=VALUE.",
            "--set train.steps=many: train.steps: \"many\" is not a whole number.",
            "--set train.precision=fp64: train.precision: \"fp64\" is not a value of precision."
                + " Did you mean \"PRECISION_FP32\"?\n    Known: PRECISION_AUTO, PRECISION_BF16,"
                + " PRECISION_FP32.",
            "--set train.steps.more=1: train.steps: holds no fields; nothing can follow its name.",
            "--set train[0].steps=1: train[0]: holds a single value; leave out the index.",
            "--set modalities.name=a: modalities: holds a list of 0; write modalities[INDEX], with"
                + " 0 to 0.",
            "--set modalities[2].name=a: modalities[2]: holds a list of 0; write"
                + " modalities[INDEX], with 0 to 0.",
            "--set modalities[x]=a: modalities[x]: write a field's name, or NAME[INDEX] counted"
                + " from 0.",
            "--set model={ dim 5 }: model: expected \":\" or \"{\" after \"dim\", found \"5\".",
            "--set model=5: model: holds a Model; write its fields in { }.",
            "--set =5: write a field's name, or NAME[INDEX] counted from 0.");
  }

  @Test
  void laterChecks_blameTheOverrideInsteadOfTheLine() {
    fields.writtenAt("train.steps", 12);
    fields.writtenAt("train.log_every", 13);
    apply(Run.getDefaultInstance(), "train.steps=0");
    fields.at("train").report("steps", "is too few.");
    fields.at("train").report("log_every", "is too rare.");
    assertThat(problems.lines())
        .containsExactly(
            "run.textproto:13: train.log_every: is too rare.",
            "--set train.steps=0: train.steps: is too few.");
    assertThat(fields.isOverridden("train.steps")).isTrue();
    assertThat(fields.isOverridden("train.log_every")).isFalse();
  }
}
