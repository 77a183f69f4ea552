package dev.masquerade.model.codec;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitTensors;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Codebooks move over several steps as those of the reference. */
class CodebookGoldenTest {

  private static final double TOLERANCE = 5e-5;

  @Test
  void severalSteps_moveCodesAsInTheReference() throws IOException {
    Path json = GoldenFiles.file("quantizers_and_posemb.json");
    assumeThat(json).exists();
    JsonObject golden = GoldenFiles.read(json);
    int compared = 0;
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json))) {
      for (String name : golden.keySet()) {
        if (golden.get(name) instanceof JsonObject settings && settings.has("decay")) {
          follow(name, settings, file);
          compared++;
        }
      }
    }
    assertThat(compared).isPositive();
  }

  private static void follow(String name, JsonObject settings, SafetensorsFile file)
      throws IOException {
    boolean cosine = settings.get("cosine").getAsBoolean();
    int width = settings.get("dim").getAsInt();
    String prefix = "codebook." + name + ".";
    VqEncoderConfig config =
        new VqEncoderConfig(
            1,
            0,
            1,
            1,
            1,
            new CoderShape.PointWise(width, 1, 1),
            width,
            new QuantizerConfig.Codebook(
                cosine ? CodeDistance.COSINE : CodeDistance.EUCLIDEAN,
                settings.get("codes").getAsInt(),
                1,
                false,
                settings.get("decay").getAsDouble(),
                1,
                0,
                false),
            false);
    VitTensors tensors = new VitTensors();
    VqTensors.encoder(config, tensors);
    ParameterInitialiser others = new ParameterInitialiser(1);
    try (Parameters parameters =
            Parameters.create(
                tensors.layout(),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start(spec, prefix, file, others)));
        KernelModule kernels = Kernels.loadModelWith(Kernels.MULTIMAE, Kernels.CODEC);
        Quantizer quantizer = Quantizer.of(config, kernels, parameters)) {
      for (int step = 0; step < settings.get("steps").getAsInt(); step++) {
        float[] x = file.floats(prefix + "x" + step);
        try (StepScope scope = StepScope.open(parameters.manager())) {
          Quantized quantized =
              quantizer.train(
                  scope.manager().create(x, new Shape(x.length / width, width)),
                  RandomSource.XO_RO_SHI_RO_128_PP.create(step),
                  scope);
          assertThat(quantized.ids().toLongArray()).isEqualTo(file.longs(prefix + "ind" + step));
          assertClose(
              name + " quant", quantized.values(), file.floats(prefix + "quant" + step), TOLERANCE);
          quantizer.stepped(scope);
        }
        List<String> buffers = new ArrayList<>(List.of("embed", "cluster_size"));
        if (!cosine) {
          buffers.add("embed_avg");
        }
        for (String buffer : buffers) {
          assertClose(
              name + " " + buffer + " after step " + step,
              parameters.read("quantize._codebook." + buffer),
              file.floats(prefix + buffer + (step + 1)),
              TOLERANCE);
        }
      }
    }
  }

  private static float[] start(
      ParameterSpec spec, String prefix, SafetensorsFile file, ParameterInitialiser others) {
    String codebook = "quantize._codebook.";
    if (spec.name().startsWith(codebook) && !spec.name().endsWith("initted")) {
      try {
        return file.floats(prefix + spec.name().substring(codebook.length()) + "0");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return others.values(spec);
  }
}
