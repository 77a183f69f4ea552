package dev.masquerade.model.codec.diffusion;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Files with numbers of a diffusion, and kernels to compute them anew. */
final class DiffusionGolden implements AutoCloseable {

  static final String UNET = "unet.param.";

  final JsonObject json;
  final SafetensorsFile file;
  final KernelModule kernels = Kernels.loadModelWith(Kernels.DIFFUSION);
  private final NDManager manager = ComputeEngine.start().newManager(Device.cpu());
  final StepScope scope = StepScope.open(manager);

  DiffusionGolden(Path path) {
    json = GoldenFiles.read(path);
    try {
      file = SafetensorsFile.open(GoldenFiles.tensors(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Finds the files: those that hold schedules and steps. */
  static List<Path> files() {
    return GoldenFiles.in(GoldenFiles.fourm(), ".*\\.json", "schedules", "ddim");
  }

  /** One step of a list in a file. */
  record Case(Path path, String list, int number) {
    String prefix() {
      return list + number + ".";
    }

    @Override
    public String toString() {
      return path.getFileName() + " " + list + number;
    }
  }

  /** Finds the entries of a list in every file. */
  static List<Case> cases(String list) {
    List<Case> cases = new ArrayList<>();
    for (Path path : files()) {
      int size = GoldenFiles.read(path).getAsJsonArray(list).size();
      for (int i = 0; i < size; i++) {
        cases.add(new Case(path, list, i));
      }
    }
    return cases;
  }

  JsonObject entry(Case one) {
    return json.getAsJsonArray(one.list()).get(one.number()).getAsJsonObject();
  }

  float[] floats(String name) {
    try {
      return file.floats(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long[] longs(String name) {
    try {
      return file.longs(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shape shape(String name) {
    return new Shape(
        file.find(name).orElseThrow().shape().stream().mapToLong(Long::longValue).toArray());
  }

  NDArray array(String name) {
    return scope.manager().create(floats(name), shape(name));
  }

  NDArray flags(String name) {
    long[] values = longs(name);
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values[i] != 0;
    }
    return scope.manager().create(flags, shape(name));
  }

  NDArray nothing() {
    return scope.manager().create(new Shape(0), DataType.FLOAT32);
  }

  static int[] ints(JsonObject json, String key) {
    return json.getAsJsonArray(key).asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  static NoiseSchedule schedule(JsonObject entry) {
    return NoiseSchedule.of(
        BetaSchedule.named(entry.get("beta_schedule").getAsString()),
        integer(entry, "steps", integer(entry, "num_train_timesteps", 1000)),
        entry.get("zero_terminal_snr").getAsBoolean());
  }

  static int integer(JsonObject json, String key, int otherwise) {
    return json.has(key) ? json.get(key).getAsInt() : otherwise;
  }

  static String text(JsonObject json, String key, String otherwise) {
    return json.has(key) ? json.get(key).getAsString() : otherwise;
  }

  static boolean flag(JsonObject json, String key) {
    return json.has(key) && json.get(key).getAsBoolean();
  }

  /** Clipping under either of its two names. */
  static boolean clips(JsonObject entry) {
    return flag(entry, "clip_sample") || flag(entry, "thresholding");
  }

  /** Reads the dimensions of the U-Net; what the JSON does not say is told from the tensors. */
  UnetConfig unet() {
    JsonObject unet = json.getAsJsonObject("unet");
    Set<Integer> attention = new LinkedHashSet<>();
    for (int smaller : ints(unet, "attention_resolutions")) {
      attention.add(smaller);
    }
    List<Integer> multipliers = new ArrayList<>();
    for (int multiplier : ints(unet, "channel_mult")) {
      multipliers.add(multiplier);
    }
    int patch = unet.get("patch_size").getAsInt();
    int outputs = 0;
    while (file.find(UNET + "output_blocks." + outputs + ".0.in_layers.0.weight").isPresent()) {
      outputs++;
    }
    return new UnetConfig(
        (int) shape("unet.x").get(1),
        unet.get("cond_channels").getAsInt(),
        patch,
        unet.get("model_channels").getAsInt(),
        integer(unet, "num_res_blocks", outputs / multipliers.size() - 1),
        attention,
        multipliers,
        integer(unet, "num_heads", 1));
  }

  /** Reads the weights of the U-Net. */
  Parameters parameters(UnetConfig config) {
    return Parameters.create(
        PatchedUnet.layout(config),
        Device.cpu(),
        spec -> FloatBuffer.wrap(floats(UNET + spec.name())));
  }

  @Override
  public void close() throws IOException {
    scope.close();
    manager.close();
    kernels.close();
    file.close();
  }
}
