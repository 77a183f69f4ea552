package dev.masquerade.model.codec;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers encode, quantise and decode as those of the reference; tolerance of all goldens. */
class VqGoldenTest {

  private static final double TOLERANCE = 5e-5;

  static List<VqGolden> tokenizers() {
    return VqGolden.all();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void tensors_areThoseOfTheReference(VqGolden golden) {
    List<String> ours = new ArrayList<>();
    VqTensors.of(golden.config())
        .parameters()
        .forEach(spec -> ours.add(spec.name() + " " + spec.shape()));
    assertThat(ours).containsExactlyInAnyOrderElementsOf(golden.stateDict());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void positionTables_startAsTheReferenceStoresThem(VqGolden golden) throws IOException {
    ParameterInitialiser initialiser = new ParameterInitialiser(1);
    try (SafetensorsFile file = golden.open()) {
      VqTensors.of(golden.config()).parameters().stream()
          .filter(spec -> spec.name().endsWith(".pos_emb"))
          .forEach(
              spec -> {
                try {
                  assertThat(initialiser.values(spec))
                      .as(spec.name())
                      .containsExactly(
                          file.floats("param." + spec.name()), offset((float) TOLERANCE));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void everyStage_givesTheNumbersOfTheReference(VqGolden golden) throws IOException {
    try (SafetensorsFile file = golden.open();
        Parameters parameters = golden.parameters(golden.config(), file)) {
      for (int i = 0; i < golden.inputs(); i++) {
        String in = "in" + i + ".x";
        String out = "out" + i + ".";
        List<Long> shape = file.get(in).shape();
        VqDescription description = golden.description(shape);
        VqEncoderConfig tokens = description.config().tokens();
        TokenLayout.Grid grid = description.grid();
        int rows = shape.get(0).intValue();
        try (VqTokenizer tokenizer = new VqTokenizer(description, parameters, Precision.FP32);
            StepScope scope = StepScope.open(parameters.manager())) {
          NDArray patches = tokenizer.cut(images(file, in, scope), scope);
          NDArray latents = tokenizer.latents(patches, rows, grid, scope);
          same(file, out + "latent", latents, rows, grid);

          Quantized quantized = tokenizer.quantise(latents, scope);
          int[][] ids = new int[rows][];
          long[] expected = file.longs(out + "tokens");
          int each = expected.length / rows;
          for (int row = 0; row < rows; row++) {
            ids[row] = new int[each];
            for (int k = 0; k < each; k++) {
              ids[row][k] = (int) expected[row * each + k];
            }
          }
          assertThat(tokenizer.encode(planes(file, in))).isDeepEqualTo(ids);
          same(file, out + "quant", quantized.values(), rows, grid);
          same(
              file,
              out + "embedding_of_tokens",
              tokenizer.embed(quantized.ids(), scope),
              rows,
              grid);

          NDArray decoded =
              tokenizer.patches(quantized.values(), rows, grid, new long[rows], scope);
          assertClose(
              golden + " decoded",
              tokenizer.join(decoded, rows, grid, scope),
              file.floats(out + "decoded_from_quant"),
              TOLERANCE);
          if (!tokens.ofClasses() && !tokens.undoStandardisation()) {
            List<Planes> frames = tokenizer.decode(ids, grid);
            float[] all = new float[(int) decoded.size()];
            int at = 0;
            for (Planes frame : frames) {
              System.arraycopy(frame.values(), 0, all, at, frame.values().length);
              at += frame.values().length;
            }
            assertClose(
                golden + " from tokens", all, file.floats(out + "decoded_from_quant"), TOLERANCE);
          }
        }
      }
    }
  }

  private static NDArray images(SafetensorsFile file, String name, StepScope scope)
      throws IOException {
    List<Long> shape = file.get(name).shape();
    if (shape.size() == 3) {
      return scope
          .manager()
          .create(file.longs(name), new Shape(shape.get(0), 1, shape.get(1), shape.get(2)));
    }
    return scope
        .manager()
        .create(file.floats(name), new Shape(shape.stream().mapToLong(Long::longValue).toArray()));
  }

  private static List<Planes> planes(SafetensorsFile file, String name) throws IOException {
    List<Long> shape = file.get(name).shape();
    boolean classes = shape.size() == 3;
    int channels = classes ? 1 : shape.get(1).intValue();
    int height = shape.get(shape.size() - 2).intValue();
    int width = shape.get(shape.size() - 1).intValue();
    float[] values;
    if (classes) {
      long[] ids = file.longs(name);
      values = new float[ids.length];
      for (int i = 0; i < ids.length; i++) {
        values[i] = ids[i];
      }
    } else {
      values = file.floats(name);
    }
    List<Planes> frames = new ArrayList<>();
    int each = channels * height * width;
    for (int row = 0; row < shape.get(0); row++) {
      float[] frame = new float[each];
      System.arraycopy(values, row * each, frame, 0, each);
      frames.add(new Planes(channels, height, width, frame));
    }
    return frames;
  }

  /** Compares (K, d) with (B, d, h, w). */
  private static void same(
      SafetensorsFile file, String name, NDArray rows, int batch, TokenLayout.Grid grid)
      throws IOException {
    float[] ours = rows.toFloatArray();
    int width = (int) rows.getShape().get(1);
    int places = grid.places();
    float[] planes = new float[ours.length];
    for (int b = 0; b < batch; b++) {
      for (int place = 0; place < places; place++) {
        for (int d = 0; d < width; d++) {
          planes[(b * width + d) * places + place] = ours[(b * places + place) * width + d];
        }
      }
    }
    assertClose(name, planes, file.floats(name), TOLERANCE);
  }
}
