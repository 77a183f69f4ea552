package dev.masquerade.model.codec.diffusion;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.Planes;
import dev.masquerade.model.codec.FrameTokenizer;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small tokenizer, trained once, in use. */
class DivaeTokenizerTest {

  private static final DivaeDescription DESCRIPTION =
      SmallDivae.description(PredictionType.SAMPLE, ConditionDropout.ofAll(0.1), false);
  private static final DecodingSettings TEN =
      new DecodingSettings(10, TimestepSpacing.TRAILING, 1, 0);

  private static Parameters parameters;
  private static double[] losses;

  @BeforeAll
  static void train() {
    parameters = SmallDivae.parameters(DESCRIPTION);
    try (DivaeNetwork network = new DivaeNetwork(DESCRIPTION, parameters)) {
      losses = SmallDivae.train(network, 150, 4e-3);
    }
  }

  @AfterAll
  static void close() {
    parameters.close();
  }

  private static DivaeTokenizer tokenizer(DecodingSettings settings) {
    return new DivaeTokenizer(DESCRIPTION, parameters, Precision.FP32, settings);
  }

  @Test
  void trainedTokenizer_decodesPicturesFromIdsAndNoise() {
    List<Planes> frames = TwoColours.draw(12, 7777);
    try (DivaeTokenizer tokenizer = tokenizer(TEN)) {
      List<Planes> decoded = tokenizer.decode(tokenizer.encode(frames));
      double error = TwoColours.error(decoded, frames);
      double grey =
          TwoColours.error(
              Collections.nCopies(12, Planes.zeros(3, TwoColours.EDGE, TwoColours.EDGE)), frames);
      assertThat(losses[1]).isLessThan(losses[0] / 3);
      // Of ids of other pictures nothing of these can be told.
      List<Planes> others = tokenizer.decode(tokenizer.encode(TwoColours.draw(12, 8888)));
      assertThat(error).isLessThan(grey / 4);
      assertThat(error).isLessThan(TwoColours.error(others, frames) / 4);
    }
  }

  @Test
  void equalIds_giveEqualPicturesAloneAndBesideOthers() {
    try (DivaeTokenizer tokenizer = tokenizer(TEN)) {
      int[][] ids = tokenizer.encode(TwoColours.draw(3, 5));
      List<Planes> together = tokenizer.decode(ids);
      List<Planes> again = tokenizer.decode(ids);
      List<Planes> alone = tokenizer.decode(new int[][] {ids[2]});
      assertThat(again.get(2).values()).containsExactly(together.get(2).values());
      assertClose("alone", alone.get(0).values(), together.get(2).values(), 1e-4);
      float[] likely = new float[16 * 16];
      for (int place = 0; place < 16; place++) {
        likely[place * 16 + ids[2][place]] = 1;
      }
      Planes expected = tokenizer.decodeExpected(likely, tokenizer.grid());
      assertClose("expected", expected.values(), together.get(2).values(), 1e-4);
      DecodingSettings other = new DecodingSettings(10, TimestepSpacing.TRAILING, 1, 1);
      try (DivaeTokenizer seeded = tokenizer(other)) {
        assertThat(seeded.decode(ids).get(2).values()).isNotEqualTo(together.get(2).values());
      }
    }
  }

  @Test
  void guidanceOfOne_isWithoutGuidance() {
    try (DivaeTokenizer plain = tokenizer(TEN);
        DivaeTokenizer guided =
            tokenizer(new DecodingSettings(10, TimestepSpacing.TRAILING, 1 + 1e-9, 0));
        DivaeTokenizer more = tokenizer(new DecodingSettings(10, TimestepSpacing.TRAILING, 3, 0))) {
      int[][] ids = plain.encode(TwoColours.draw(2, 5));
      float[] expected = plain.decode(ids).get(1).values();
      assertClose("guided", guided.decode(ids).get(1).values(), expected, 1e-4);
      assertThat(more.decode(ids).get(1).values()).isNotEqualTo(expected);
    }
  }

  @Test
  void settingsThatTheDecoderCannotFollow_areRefused() {
    assertThatThrownBy(() -> tokenizer(new DecodingSettings(1001, TimestepSpacing.TRAILING, 1, 0)))
        .hasMessageContaining("generates in 1 to 1000 steps, was asked for 1001");
    assertThatThrownBy(() -> new DecodingSettings(0, TimestepSpacing.TRAILING, 1, 0))
        .hasMessageContaining("at least 1, was 0");
    DivaeDescription never =
        SmallDivae.description(PredictionType.SAMPLE, ConditionDropout.NONE, false);
    DecodingSettings guided = new DecodingSettings(10, TimestepSpacing.TRAILING, 3, 0);
    assertThatThrownBy(() -> new DivaeTokenizer(never, parameters, Precision.FP32, guided))
        .hasMessageContaining("guidance 3.0 needs a decoder that was trained without tokens");
  }

  @Test
  void storedModel_isReadBackAsItWas(@TempDir Path folder) throws IOException {
    ConfigJson.write(DESCRIPTION, folder.resolve(StoredModel.CONFIG));
    SafetensorsWriter.write(
        folder.resolve(StoredModel.WEIGHTS),
        ConfigJson.metadata(DESCRIPTION),
        DESCRIPTION.layout().owners().stream()
            .map(
                spec ->
                    TensorContent.floats(spec.name(), spec.shape(), parameters.read(spec.name())))
            .toList());
    try (StoredModel stored = StoredModel.open(folder)) {
      assertThat(stored.description()).isEqualTo(DESCRIPTION);
      assertThat(stored.description().headline())
          .contains("diffusion decoder of patches of 2")
          .contains("predicts sample over 1000 timesteps of linear");
      stored.description().chain().require();
      try (FrameTokenizer tokenizer = DESCRIPTION.tokenizer(parameters, Precision.FP32)) {
        assertThat(tokenizer.vocabularySize()).isEqualTo(16);
        assertThat(tokenizer.description()).isEqualTo(stored.description());
      }
    }
  }

  @Test
  void otherSizes_areDecodedToo() {
    float[] wide = new float[3 * 8 * 24];
    try (DivaeTokenizer tokenizer = tokenizer(TEN)) {
      Planes frame = new Planes(3, 8, 24, wide);
      int[][] ids = tokenizer.encode(List.of(frame));
      assertThat(ids[0]).hasSize(12);
      Planes decoded = tokenizer.decode(ids, tokenizer.grid(frame)).get(0);
      assertThat(decoded.width()).isEqualTo(24);
      assertThat(decoded.height()).isEqualTo(8);
    }
  }
}
