package dev.masquerade.model.codec;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Codebooks move over several steps as those of the reference. */
class CodebookGoldenTest {

  private static final double TOLERANCE = 5e-5;

  @Test
  void severalSteps_moveCodesAsInTheReference() throws IOException {
    List<String> compared = new ArrayList<>();
    for (Path json : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json")) {
      for (Map.Entry<String, JsonObject> codebook : codebooks(json).entrySet()) {
        try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json))) {
          follow(codebook.getKey(), codebook.getValue(), file);
        }
        compared.add(codebook.getKey());
      }
    }
    assumeThat(GoldenFiles.some(compared, "codebooks that move")).isNotEmpty();
  }

  /** Returns the settings of codebooks in a file by their names; empty where it has none. */
  private static Map<String, JsonObject> codebooks(Path json) throws IOException {
    Map<String, JsonObject> codebooks = new LinkedHashMap<>();
    if (JsonParser.parseString(Files.readString(json)) instanceof JsonObject golden) {
      for (String name : golden.keySet()) {
        if (golden.get(name) instanceof JsonObject settings
            && settings.has("decay")
            && settings.has("cosine")
            && settings.has("codes")) {
          codebooks.put(name, settings);
        }
      }
    }
    return codebooks;
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
