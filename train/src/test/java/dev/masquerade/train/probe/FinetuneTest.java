package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.Positions;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.train.optim.AdamWSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class FinetuneTest {

  private static final int PATCH = 8;
  private static final int EDGE = 16;
  private static final List<String> NAMES = List.of("left", "right", "top");

  private static final ModalitySpec IMAGE =
      new ModalitySpec(
          new ModalityName("rgb@16"),
          new TokenSpace.Pixels(PATCH, ChannelStatistics.IMAGENET),
          new TokenLayout.Grid(EDGE / PATCH, EDGE / PATCH),
          Set.of(Role.INPUT));

  private static final VitConfig ENCODER =
      VitConfig.builder()
          .grid(EDGE / PATCH, EDGE / PATCH)
          .patchSize(PATCH)
          .channels(3)
          .width(16)
          .depth(2)
          .heads(2)
          .mlpRatio(2)
          .positions(Positions.SINE_COSINE)
          .build();

  /** Noise, of which one half is bright: that half is the class. */
  private record Halves(int samples, String key) implements LabelledPictures {
    @Override
    public int label(int sample) {
      return sample % NAMES.size();
    }

    @Override
    public List<String> classes() {
      return NAMES;
    }

    @Override
    public PixelImage picture(int sample, long epoch) {
      UniformRandomProvider rng =
          new SampleStreams(1).stream(epoch, key + sample, Purpose.SYNTHESIS);
      byte[] rgb = new byte[EDGE * EDGE * 3];
      for (int i = 0; i < rgb.length; i++) {
        int x = i / 3 % EDGE;
        int y = i / 3 / EDGE;
        boolean bright =
            switch (label(sample)) {
              case 0 -> x < EDGE / 2;
              case 1 -> x >= EDGE / 2;
              default -> y < EDGE / 2;
            };
        rgb[i] = (byte) (rng.nextInt(60) + (bright ? 180 : 10));
      }
      return new PixelImage(EDGE, EDGE, 3, rgb);
    }
  }

  private static FinetuneSettings settings(int epochs, MixSettings mix) {
    return new FinetuneSettings(
        epochs,
        1,
        16,
        0.1,
        1e-6,
        0.05,
        0.75,
        0.1,
        0.1,
        mix,
        new AdamWSettings(0.9, 0.999, 1e-8, 1),
        4);
  }

  private static ProbeResult measure(FinetuneSettings settings, List<Long> progress)
      throws InterruptedException {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    try (Parameters trained =
            Parameters.create(
                new VitDescription(ENCODER, IMAGE).layout(),
                Device.cpu(),
                spec -> FloatBuffer.wrap(initialiser.values(spec)));
        Finetune finetune = Finetune.of(ENCODER, IMAGE, trained, NAMES, Precision.FP32, settings)) {
      return finetune.measure(new Halves(60, "train"), new Halves(50, "test"), 2, progress::add);
    }
  }

  @Test
  void whereTheLightFalls_isLearnt() throws InterruptedException {
    List<Long> progress = new ArrayList<>();

    ProbeResult result = measure(settings(40, MixSettings.NONE), progress);

    assertThat(result.method()).isEqualTo("finetune");
    assertThat(result.samples()).isEqualTo(50);
    assertThat(result.top1()).isGreaterThan(0.9);
    assertThat(result.loss().orElseThrow()).isLessThan(0.7);
    assertThat(progress).hasSize(120).last().isEqualTo(120L);
    assertThat(result.settings()).containsEntry("layer_decay", "0.75");
  }

  @Test
  void mixedTraining_isDeterministic() throws InterruptedException {
    MixSettings mix = new MixSettings(0.8, 1, 0, 0, 1, 0.5, MixSettings.Mode.BATCH);

    ProbeResult one = measure(settings(2, mix), new ArrayList<>());

    assertThat(measure(settings(2, mix), new ArrayList<>())).isEqualTo(one);
    assertThat(measure(settings(2, MixSettings.NONE), new ArrayList<>()).loss())
        .isNotEqualTo(one.loss());
  }

  @Test
  void brokenPicture_endsTrainingWithItsName() {
    LabelledPictures broken =
        new LabelledPictures() {
          private final Halves halves = new Halves(20, "broken");

          @Override
          public int samples() {
            return halves.samples();
          }

          @Override
          public int label(int sample) {
            return halves.label(sample);
          }

          @Override
          public List<String> classes() {
            return NAMES;
          }

          @Override
          public PixelImage picture(int sample, long epoch) throws IOException {
            if (sample == 7) {
              throw new IOException("cat/7.jpg: JPEG ends early");
            }
            return halves.picture(sample, epoch);
          }
        };
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    try (Parameters trained =
            Parameters.create(
                new VitDescription(ENCODER, IMAGE).layout(),
                Device.cpu(),
                spec -> FloatBuffer.wrap(initialiser.values(spec)));
        Finetune finetune =
            Finetune.of(
                ENCODER, IMAGE, trained, NAMES, Precision.FP32, settings(3, MixSettings.NONE))) {
      assertThatThrownBy(() -> finetune.measure(broken, broken, 1, step -> {}))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cat/7.jpg");
    }
  }
}
