package dev.masquerade.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.augment.Photometric;
import dev.masquerade.data.augment.RandAugment;
import dev.masquerade.data.augment.RandomErasing;
import dev.masquerade.data.augment.ResizedCentreCrop;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.schema.FieldPlaces;
import dev.masquerade.masking.KeepScheme;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.train.optim.AdamWSettings;
import dev.masquerade.train.optim.DecayRule;
import dev.masquerade.train.optim.LearningRate;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunConfigReaderTest {

  static final Set<String> KNOWN = Set.of("rgb", "tok_rgb", "tok_depth", "caption", "det");

  private static final ModalityName RGB = new ModalityName("rgb@64");
  private static final ModalityName NEAR = new ModalityName("near@64");
  private static final ModalityName CAPTION = new ModalityName("caption");

  @TempDir Path directory;

  private static RunConfig read(String name, String... overrides) throws URISyntaxException {
    return new RunConfigReader(KNOWN)
        .read(RunErrorTextsTest.resources().resolve(name), FieldOverrides.of(List.of(overrides)));
  }

  @Test
  void shortestRun_getsTheDocumentedDefaults() throws URISyntaxException {
    RunConfig run = read("minimal.textproto");

    assertThat(run.name()).isEqualTo("small");
    assertThat(run.seed()).isZero();
    assertThat(run.directory()).isEqualTo(Path.of("runs", "small").toAbsolutePath());
    assertThat(fourM(run)).isEqualTo(ModelPresets.get("scenes_small"));
    assertThat(run.model().initialWeights()).isEmpty();
    assertThat(run.modalities())
        .extracting(modality -> modality.name().value())
        .containsExactly("rgb@64", "tok_rgb@64", "tok_depth@64", "caption");
    assertThat(run.modalities().get(2).member()).isEqualTo("depth");
    assertThat(run.masking())
        .isEqualTo(
            new MixtureConfig(
                List.of(new ComponentConfig("", 1, KeepScheme.RANDOM, 1, 1, Map.of())),
                TokenRange.exactly(96),
                TokenRange.exactly(96),
                Map.of()));
    DataConfig data = run.data();
    assertThat(data.sources()).hasSize(1);
    assertThat(data.sources().get(0).split().sampleCount()).isEqualTo(1024);
    assertThat(data.sources().get(0).weight()).isEqualTo(1);
    assertThat(data.validation().orElseThrow().split().name()).isEqualTo("validation");
    assertThat(data.workers()).isZero();
    assertThat(data.workerThreads()).isPositive();
    assertThat(data.prefetchBatches()).isEqualTo(4);
    assertThat(data.shuffleWindow()).isEqualTo(4096);
    assertThat(data.repeats()).isEqualTo(1);
    assertThat(data.maxBadSamples()).isEqualTo(100);
    assertThat(data.maxPixels()).isEqualTo(100_000_000);
    assertThat(data.verifySha256()).isTrue();
    assertThat(data.augmentation()).isEqualTo(new AugmentationConfig.Centre(0));
    assertThat(data.appearance()).isEqualTo(AppearanceConfig.NONE);
    assertThat(data.views()).isEqualTo(1);
    assertThat(run.optimiser().decayRule()).isEmpty();
    assertThat(run.optimiser().adamW()).isEqualTo(AdamWSettings.REFERENCE);
    assertThat(run.optimiser().weightDecay().start()).isEqualTo(0.05);
    assertThat(run.optimiser().weightDecay().end()).isEqualTo(0.05);
    assertThat(run.optimiser().accumulation()).isEqualTo(1);
    assertThat(run.optimiser().learningRate()).isEqualTo(LearningRate.cosine(1e-3, 0, 0, 100));
    assertThat(run.train())
        .isEqualTo(
            new TrainConfig(
                100,
                10,
                1000,
                2,
                10,
                PrecisionChoice.AUTO,
                DeviceChoice.AUTO,
                LossKind.PER_MODALITY,
                Optional.empty()));
    assertThat(run.evaluation()).isEqualTo(new EvaluationConfig(1000, 8));
  }

  @Test
  void everyField_arrives() throws URISyntaxException {
    RunConfig run = read("full.textproto");
    Path resources = RunErrorTextsTest.resources();

    assertThat(run.seed()).isEqualTo(-5);
    assertThat(run.model().initialWeights()).contains(resources.resolve("start/model.safetensors"));
    assertThat(fourM(run).registerTokens()).isEqualTo(4);
    assertThat(fourM(run).qkvBias()).isTrue();
    assertThat(fourM(run).learnedPositions()).containsExactly("caption");
    assertThat(fourM(run).imageSize()).isEqualTo(64);
    assertThat(fourM(run).patchSize()).isEqualTo(8);
    StoredModality rgb = run.modalities().get(0);
    assertThat(rgb.settings().roles()).containsExactly(Role.INPUT);
    assertThat(rgb.settings().patchSize()).isEqualTo(8);
    StoredModality near = run.modalities().get(1);
    assertThat(near.type()).isEqualTo("tok_depth");
    assertThat(near.member()).isEqualTo("depth");
    assertThat(near.settings().size()).isEqualTo(64);
    assertThat(near.settings().tokenizer()).contains(resources.resolve("near.safetensors"));
    StoredModality caption = run.modalities().get(2);
    assertThat(caption.settings().maxTokens()).isEqualTo(16);
    assertThat(caption.settings().tokenizer()).contains(resources.resolve("text.json"));
    assertThat(run.data().sources()).hasSize(2);
    assertThat(run.data().validation().orElseThrow().split().name()).isEqualTo("train");
    assertThat(run.data().augmentation())
        .isEqualTo(new AugmentationConfig.Random(0.3, 0.9, 0.5, 2, 0.25));
    assertThat(run.data().views()).isEqualTo(2);
    AppearanceConfig appearance = run.data().appearance();
    assertThat(appearance.photometric())
        .containsExactly(
            Photometric.FIRST_VIEW,
            new Photometric(0.7, 0.1, 0.2, 0.3, 0.05, 0.15, 0.25, 0.5, 1.5, 0.35, 100));
    assertThat(appearance.randAugment()).contains(new RandAugment(3, 5, 1));
    assertThat(appearance.erasing()).contains(new RandomErasing(0.5, 0.1, 0.2, 2));
    assertThat(appearance.evaluation()).contains(new ResizedCentreCrop(73, 64));
    assertThat(run.data().trainingViews()).hasSize(2);
    assertThat(run.optimiser().decayRule()).contains(DecayRule.VECTORS_FREE);
    assertThat(run.optimiser().learningRate())
        .isEqualTo(
            // 57,600 tokens are 10 steps of 48 x (72 + 48); the base rate is for 256 samples.
            new LearningRate(
                LearningRate.Shape.INVERSE_SQUARE_ROOT, 2e-3 * 48 / 256, 1e-6, 10, 7, 90, 500));
    assertThat(run.train().loss()).isEqualTo(LossKind.PER_TOKEN);
    assertThat(run.directory()).isEqualTo(Path.of("somewhere", "else").toAbsolutePath());
  }

  private static RunConfig from(FieldPlaces origin, RunConfig run) {
    return new RunConfig(
        origin,
        run.name(),
        run.seed(),
        run.model(),
        run.modalities(),
        run.masking(),
        run.data(),
        run.optimiser(),
        run.train(),
        run.evaluation(),
        run.directory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal.textproto", "full.textproto"})
  void effectiveConfiguration_readsBackAsTheSameRun(String name)
      throws IOException, URISyntaxException {
    RunConfig run = read(name);
    for (String format : List.of("run.textproto", "run.json", "run.binpb")) {
      Path file = directory.resolve(format);
      RunConfigWriter.write(file, run);
      RunConfig copy = new RunConfigReader(KNOWN).read(file);
      assertThat(from(FieldPlaces.ofFile("here"), copy))
          .isEqualTo(from(FieldPlaces.ofFile("here"), run));
      assertThat(RunConfigWriter.digest(copy)).isEqualTo(RunConfigWriter.digest(run));
    }
  }

  @Test
  void transferMasking_readsBack() throws IOException, URISyntaxException {
    RunConfig run =
        read(
            "minimal.textproto",
            "masking={ transfer { inputs: \"rgb@64\" targets: [\"caption\", \"tok_depth@64\"] } }",
            "data.augmentation.crop=pretokenised");
    Path file = directory.resolve("run.textproto");
    RunConfigWriter.write(file, run);
    assertThat(from(FieldPlaces.ofFile("here"), new RunConfigReader(KNOWN).read(file)))
        .isEqualTo(from(FieldPlaces.ofFile("here"), run));
    assertThat(run.masking()).isInstanceOf(TransferConfig.class);
  }

  @ParameterizedTest
  @CsvSource({
    "train.steps=7, 7",
    "train.tokens=6144, 1",
    "train.tokens=6145, 2",
    "train.epochs=1, 32",
    "train.epochs=2.5, 80",
    "train.epochs=0.001, 1"
  })
  void lengths_becomeSteps(String override, long steps) throws URISyntaxException {
    // A step has 32 samples of 96 + 96 tokens; the split has 1,024 samples.
    assertThat(read("minimal.textproto", override).train().steps()).isEqualTo(steps);
  }

  @Test
  void repeatedSamples_lengthenAnEpoch() throws URISyntaxException {
    assertThat(read("minimal.textproto", "train.epochs=1", "data.repeats=3").train().steps())
        .isEqualTo(96);
  }

  @Test
  void trialShorterThanTheWarmUp_isNotRefusedWhenAnOverrideAsksForIt() throws URISyntaxException {
    String warmUp = "schedule.warm_up.steps=50";
    RunConfig trial = read("minimal.textproto", warmUp, "train.steps=10");
    assertThat(trial.optimiser().learningRate().totalSteps()).isEqualTo(10);
    assertThatThrownBy(() -> read("minimal.textproto", "schedule.warm_up.steps=101"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "--set schedule.warm_up.steps=101: schedule.warm_up.steps: the warm-up of 101 steps is"
                + " longer than the 100 steps of the schedule; shorten it or train longer.");
  }

  @Test
  void digest_changesWithNumbersAndNotWithTheRest() throws URISyntaxException {
    String digest = RunConfigWriter.digest(read("minimal.textproto"));
    assertThat(digest).matches("[0-9a-f]{64}");
    for (String same :
        List.of(
            "name=other",
            "output.directory=there",
            "train.log_every=1",
            "train.checkpoint_every=5",
            "train.device=cpu",
            "data.workers=7",
            "evaluation.every=3")) {
      assertThat(RunConfigWriter.digest(read("minimal.textproto", same)))
          .as(same)
          .isEqualTo(digest);
    }
    for (String other :
        List.of(
            "seed=1",
            "train.steps=101",
            "train.precision=fp32",
            "data.batch_size=16",
            "data.shuffle_window=5",
            "model.heads=2",
            "masking.encoder_tokens.max=95",
            "modalities[0].name=rgb@64",
            "optimiser.beta2=0.9")) {
      assertThat(RunConfigWriter.digest(read("minimal.textproto", other)))
          .as(other)
          .isNotEqualTo(digest);
    }
  }

  @Test
  void mixture_isSettledByTheRolesOfOpenedModalities() throws URISyntaxException {
    MaskingMixture mixture = (MaskingMixture) read("full.textproto").masking().rule(specs());

    assertThat(mixture.components().get(0).weight()).isEqualTo(2.5);
    assertThat(mixture.components().get(0).shares())
        .containsExactly(
            Map.entry(RGB, new ModalityShare(10, 0, KeepScheme.ALL)),
            Map.entry(NEAR, new ModalityShare(0, 0.5, KeepScheme.ALL)),
            Map.entry(CAPTION, new ModalityShare(0, 0.1, KeepScheme.BINARY)));
    assertThat(mixture.components().get(1).shares())
        .containsExactly(
            Map.entry(RGB, new ModalityShare(0.5, 0, KeepScheme.RANDOM)),
            Map.entry(NEAR, new ModalityShare(0.5, 0.25, KeepScheme.RANDOM)),
            Map.entry(CAPTION, new ModalityShare(0.5, 0.25, KeepScheme.RANDOM)));
    assertThat(mixture.limits())
        .containsOnly(
            Map.entry(CAPTION, new TokenRange(1, 10)), Map.entry(NEAR, new TokenRange(2, 16)));
  }

  @Test
  void concentrationOnASideAModalityCannotStandOn_isRefused() throws URISyntaxException {
    MaskingConfig masking =
        read(
                "full.textproto",
                "modalities[0]={ name: \"rgb@64\" }",
                "masking.mixture[0].modalities[0].target_alpha=1",
                "masking.mixture[1]={ input_alpha: 1 target_alpha: 0"
                    + " modalities { name: \"rgb@64\" target_alpha: 1 } }")
            .masking();
    assertThatThrownBy(() -> masking.rule(specs()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "masking.mixture[0]: rgb@64 cannot be a target in this run, so the share its"
                + " target_alpha draws would be lost. Leave target_alpha out.\n"
                + "masking.mixture[1]: rgb@64 cannot be a target in this run, so the share its"
                + " target_alpha draws would be lost. Leave target_alpha out.\n"
                + "masking.mixture[1]: no modality that can be a target has a target_alpha above"
                + " 0.");
  }

  @Test
  void relativePaths_areRelativeToTheRunFile() throws IOException, URISyntaxException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path runs = Files.createDirectories(directory.resolve("runs"));
    Files.copy(
        RunErrorTextsTest.resources().resolve("scenes.textproto"),
        data.resolve("scenes.textproto"));
    Files.writeString(
        runs.resolve("run.textproto"),
        Files.readString(RunErrorTextsTest.resources().resolve("minimal.textproto"))
            .replace("scenes.textproto", "../data/scenes.textproto"));
    RunConfig run = new RunConfigReader(KNOWN).read(runs.resolve("run.textproto"));
    assertThat(run.data().sources().get(0).file()).isEqualTo(data.resolve("scenes.textproto"));
    assertThat(run.modalities().get(1).settings().tokenizer())
        .contains(data.resolve("tok_rgb.safetensors"));
  }

  private static List<ModalitySpec> specs() {
    return List.of(
        new ModalitySpec(
            RGB,
            new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET),
            new TokenLayout.Grid(8, 8),
            Set.of(Role.INPUT)),
        new ModalitySpec(
            NEAR,
            new TokenSpace.Discrete(100),
            new TokenLayout.Grid(4, 4),
            Set.of(Role.INPUT, Role.TARGET)),
        new ModalitySpec(
            CAPTION,
            new TokenSpace.Discrete(1000),
            new TokenLayout.Sequence(16, new SpanMarks(0, 3, 4, 200), TokenLayout.Unit.TOKEN),
            Set.of(Role.INPUT, Role.TARGET)));
  }

  private static ModelConfig fourM(RunConfig run) {
    return ((FourMChoice) run.model()).config();
  }
}
