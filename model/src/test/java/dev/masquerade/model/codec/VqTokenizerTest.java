package dev.masquerade.model.codec;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.parameter.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class VqTokenizerTest {

  private static final QuantizerConfig COSINE =
      Toys.codebook(CodeDistance.COSINE, 32, 2, 0.1, false);

  private static Planes frame(int channels, int height, int width, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    float[] values = new float[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * rng.nextFloat() - 1;
    }
    return new Planes(channels, height, width, values);
  }

  private static VqTokenizer tokenizer(VqConfig config, Parameters parameters) {
    return new VqTokenizer(
        new VqDescription(config, Toys.image(config.tokens(), 2, 2)), parameters, Precision.FP32);
  }

  @Test
  void framesOfAnySize_haveTheirIdsAloneAndTogether() {
    VqConfig config = Toys.config(COSINE, 8);
    try (Parameters parameters = Toys.parameters(config);
        VqTokenizer tokenizer = tokenizer(config, parameters)) {
      List<Planes> frames = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        frames.add(frame(3, i < 3 ? 8 : 12, i == 4 ? 20 : 8, i));
      }
      int[][] together = tokenizer.encode(frames);
      for (int i = 0; i < 5; i++) {
        TokenLayout.Grid grid = tokenizer.grid(frames.get(i));
        assertThat(together[i]).hasSize(2 * grid.places());
        assertThat(tokenizer.encode(List.of(frames.get(i)))[0]).isEqualTo(together[i]);
        Planes decoded = tokenizer.decode(new int[][] {together[i]}, grid).get(0);
        assertThat(decoded.height()).isEqualTo(frames.get(i).height());
        assertThat(decoded.width()).isEqualTo(frames.get(i).width());
        assertThat(decoded.channels()).isEqualTo(3);
      }
      assertThat(tokenizer.vocabularySize()).isEqualTo(32);
      assertThat(tokenizer.codebooks()).isEqualTo(2);
    }
  }

  @Test
  void certainDistributions_decodeLikeTheirIds() {
    VqConfig config = Toys.config(COSINE, 8);
    try (Parameters parameters = Toys.parameters(config);
        VqTokenizer tokenizer = tokenizer(config, parameters)) {
      int[] ids = tokenizer.encode(List.of(frame(3, 8, 8, 3)))[0];
      float[] certain = new float[ids.length * 32];
      for (int i = 0; i < ids.length; i++) {
        certain[i * 32 + ids[i]] = 1;
      }
      assertClose(
          "expected frame",
          tokenizer.decodeExpected(certain, tokenizer.grid()).values(),
          tokenizer.decode(new int[][] {ids}).get(0).values(),
          1e-5);
    }
  }

  @Test
  void classMaps_areGivenAsClassesOrAsScores() {
    VqConfig config =
        new VqConfig(
            new VqEncoderConfig(4, 5, 2, 2, 4, Toys.SMALL, 8, COSINE, false),
            Toys.SMALL,
            false,
            ReconstructionLoss.CROSS_ENTROPY);
    try (Parameters parameters = Toys.parameters(config);
        VqTokenizer tokenizer = tokenizer(config, parameters)) {
      Planes scores = frame(5, 8, 8, 1);
      float[] classes = new float[64];
      for (int pixel = 0; pixel < 64; pixel++) {
        for (int c = 1; c < 5; c++) {
          if (scores.values()[c * 64 + pixel]
              > scores.values()[(int) classes[pixel] * 64 + pixel]) {
            classes[pixel] = c;
          }
        }
      }
      int[][] ids = tokenizer.encode(List.of(scores, new Planes(1, 8, 8, classes)));
      assertThat(ids[0]).isEqualTo(ids[1]);
      Planes likelihoods = tokenizer.decode(ids).get(0);
      assertThat(likelihoods.channels()).isEqualTo(5);
      float sum = 0;
      for (int c = 0; c < 5; c++) {
        sum += likelihoods.at(c, 3, 4);
      }
      assertThat(sum).isBetween(0.9999f, 1.0001f);

      classes[7] = 5;
      assertThatThrownBy(() -> tokenizer.encode(List.of(new Planes(1, 8, 8, classes))))
          .hasMessageContaining("a pixel has the class 5, which is neither in [0, 5) nor 255");
    }
  }

  @Test
  void colours_comeBackAsTheyWereGiven() {
    VqConfig config =
        new VqConfig(
            new VqEncoderConfig(3, 0, 2, 2, 4, Toys.SMALL, 8, COSINE, true),
            Toys.SMALL,
            false,
            ReconstructionLoss.MSE);
    try (Parameters parameters = Toys.parameters(config);
        VqTokenizer tokenizer = tokenizer(config, parameters)) {
      // A decoder that gives 0 everywhere, the middle of [-1, 1]: half of full brightness.
      for (String tensor : List.of("decoder.out_proj.weight", "decoder.out_proj.bias")) {
        float[] zeros = new float[parameters.read(tensor).length];
        parameters.write(tensor, java.nio.FloatBuffer.wrap(zeros));
      }
      Planes grey = tokenizer.decode(tokenizer.encode(List.of(frame(3, 8, 8, 1)))).get(0);
      assertThat(grey.at(0, 0, 0)).isBetween(0.0654f, 0.0656f); // (0.5 - 0.485) / 0.229
      assertThat(grey.at(2, 7, 7)).isBetween(0.4177f, 0.4179f); // (0.5 - 0.406) / 0.225
    }
  }

  @Test
  void whatDoesNotFit_isRefusedByWhatWouldFit() {
    VqConfig config = Toys.config(COSINE, 8);
    try (Parameters parameters = Toys.parameters(config);
        VqTokenizer tokenizer = tokenizer(config, parameters)) {
      assertThatThrownBy(() -> tokenizer.encode(List.of(frame(1, 8, 8, 1))))
          .hasMessageContaining("takes frames of 3 planes, was given 1");
      assertThatThrownBy(() -> tokenizer.encode(List.of(frame(3, 8, 10, 1))))
          .hasMessageContaining("8 x 10 does not divide into patches of 4");
      assertThatThrownBy(() -> tokenizer.decode(new int[][] {new int[7]}))
          .hasMessageContaining("2 x 2 places needs 8 ids, was given 7");
      assertThatThrownBy(() -> tokenizer.decode(new int[][] {new int[] {0, 1, 2, 3, 4, 5, 6, 32}}))
          .hasMessageContaining("holds the id 32, which is not in [0, 32)");
    }
  }
}
