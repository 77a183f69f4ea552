package dev.masquerade.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.codec.diffusion.BetaSchedule;
import dev.masquerade.model.codec.diffusion.ConditionDropout;
import dev.masquerade.model.codec.diffusion.DecodingSettings;
import dev.masquerade.model.codec.diffusion.DivaeConfig;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.codec.diffusion.PredictionType;
import dev.masquerade.model.codec.diffusion.TimestepSpacing;
import dev.masquerade.model.codec.diffusion.UnetConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffusionReaderTest {

  @TempDir Path directory;

  private RunConfig read(String diffusion) throws IOException, URISyntaxException {
    Path file = directory.resolve("run.textproto");
    Files.writeString(
        file,
        """
        name: "divae"
        model {
          tokenizer {
            encoder { dim: 48 depth: 1 heads: 3 }
            latent_dim: 16
            codebook_size: 64
            diffusion { %s }
          }
        }
        modalities { name: "rgb@64" patch_size: 8 }
        data {
          sources { manifest: "%s" }
          batch_size: 32
        }
        schedule { peak_learning_rate: 1e-3 }
        train { steps: 100 }
        """
            .formatted(
                diffusion, RunErrorTextsTest.resources().resolve("scenes.textproto").toString()));
    return new RunConfigReader(RunConfigReaderTest.KNOWN).read(file);
  }

  private static DivaeConfig config(RunConfig run, ModalitySpec image) {
    return ((DivaeDescription) run.model().describe(List.of(image))).config();
  }

  @Test
  void emptyMessage_givesThePublishedDecoder() throws IOException, URISyntaxException {
    DivaeConfig config = config(read(""), RgbModality.of(64, 8));
    assertThat(config.decoder()).isEqualTo(UnetConfig.published(3, 16));
    assertThat(config.diffusion().prediction()).isEqualTo(PredictionType.SAMPLE);
    assertThat(config.diffusion().schedule()).isEqualTo(new BetaSchedule.Linear());
    assertThat(config.diffusion().zeroTerminalSnr()).isTrue();
    assertThat(config.diffusion().clips()).isTrue();
    assertThat(config.dropout()).isEqualTo(ConditionDropout.NONE);
    assertThat(config.decoding())
        .isEqualTo(new DecodingSettings(25, TimestepSpacing.TRAILING, 1, 0));
    assertThat(config.frozenEncoder()).isFalse();
  }

  @Test
  void everyField_isReadAndWrittenBack() throws IOException, URISyntaxException {
    RunConfig run =
        read(
            """
            patch_size: 2 dim: 64 residual_blocks: 1 multipliers: [1, 2] attention_at: 2 heads: 4
            timesteps: 500 prediction: "v_prediction" noise_schedule: "shifted_cosine:0.5"
            zero_terminal_snr: false clip: false condition_dropout: 0.2 drop_some_codes: true
            least_codes_dropped: 1 most_codes_dropped: 9 decoding_steps: 10 decoding_guidance: 2.5
            """);
    DivaeConfig config = config(run, RgbModality.of(64, 8));
    assertThat(config.decoder())
        .isEqualTo(new UnetConfig(3, 16, 2, 64, 1, Set.of(2), List.of(1, 2), 4));
    assertThat(config.diffusion().timesteps()).isEqualTo(500);
    assertThat(config.diffusion().prediction()).isEqualTo(PredictionType.VELOCITY);
    assertThat(config.diffusion().schedule()).isEqualTo(new BetaSchedule.ShiftedCosine(0.5));
    assertThat(config.diffusion().zeroTerminalSnr()).isFalse();
    assertThat(config.diffusion().clips()).isFalse();
    assertThat(config.dropout()).isEqualTo(new ConditionDropout(0.2, true, 1, 9));
    assertThat(config.decoding())
        .isEqualTo(new DecodingSettings(10, TimestepSpacing.TRAILING, 2.5, 0));

    Path copy = directory.resolve("copy.textproto");
    RunConfigWriter.write(copy, run);
    RunConfig again = new RunConfigReader(RunConfigReaderTest.KNOWN).read(copy);
    assertThat(again.model()).isEqualTo(run.model());
  }

  @Test
  void picturesThatLevelsDoNotDivide_areRefusedOnceTheirSizeIsKnown()
      throws IOException, URISyntaxException {
    RunConfig run = read("dim: 32");
    assertThatThrownBy(() -> run.model().describe(List.of(RgbModality.of(48, 8))))
        .hasMessageContaining("multiples of 32, was given 48 x 48");
  }

  @Test
  void noiseWithoutPicture_isRefusedAtTheDecoder() {
    assertThatThrownBy(() -> read("prediction: \"epsilon\""))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("model.tokenizer.diffusion.prediction")
        .hasMessageContaining("prediction_type epsilon does not go with zero_terminal_snr");
  }
}
