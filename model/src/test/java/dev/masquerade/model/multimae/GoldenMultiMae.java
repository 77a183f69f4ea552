package dev.masquerade.model.multimae;

import ai.djl.Device;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.golden.GoldenCase;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** A model of the reference with its batch: everything comes from the two files. */
final class GoldenMultiMae implements AutoCloseable {

  /** A pixel of the class map may have any class the model has; none is missing. */
  private static final String CLASSES = "I64";

  final JsonObject json;
  final SafetensorsFile file;
  final List<String> names;
  final TokenLayout.Grid grid;
  final int rows;

  GoldenMultiMae(Path jsonFile) throws IOException {
    this.json = GoldenFiles.read(jsonFile);
    this.file = SafetensorsFile.open(GoldenFiles.tensors(jsonFile));
    this.names = new ArrayList<>(json.getAsJsonObject("num_tokens_per_task").keySet());
    List<Long> image = file.get("in." + names.get(0)).shape();
    this.rows = image.get(0).intValue();
    int edge = edge(names.get(0));
    int height = image.get(image.size() - 2).intValue();
    int width = image.get(image.size() - 1).intValue();
    this.grid = new TokenLayout.Grid(height / edge, width / edge);
  }

  private int edge(String task) throws IOException {
    return axis("weights.input_adapters." + task + ".proj.weight", 2);
  }

  private int axis(String tensor, int axis) throws IOException {
    return file.get(tensor).shape().get(axis).intValue();
  }

  boolean classes(String task) throws IOException {
    return file.get("in." + task).type().name().equals(CLASSES);
  }

  MultiMaeConfig config(boolean onUnmasked, TaskBalance balance) throws IOException {
    List<InputTask> inputs = new ArrayList<>();
    int patch = json.get("patch").getAsInt();
    for (String name : names) {
      inputs.add(new InputTask(name, patch, patch / edge(name), content(name)));
    }
    DecoderShape decoder =
        new DecoderShape(
            json.get("dec").getAsInt(),
            json.get("dd").getAsInt(),
            json.get("dh").getAsInt(),
            json.get("decoder_mlp_ratio").getAsDouble());
    List<OutputTask> outputs = new ArrayList<>();
    for (String name : json.getAsJsonObject("task_losses").keySet()) {
      boolean normalised = name.startsWith("norm_");
      String task = normalised ? name.substring("norm_".length()) : name;
      TaskLoss loss =
          classes(task)
              ? TaskLoss.CROSS_ENTROPY
              : task.equals("depth") ? TaskLoss.L1 : TaskLoss.MSE;
      outputs.add(
          new OutputTask(
              name,
              task,
              patch,
              patch / edge(task),
              content(task).channels(),
              decoder,
              loss,
              normalised));
    }
    String first = "weights.input_adapters." + names.get(0) + ".pos_emb";
    return new MultiMaeConfig(
        json.get("dim").getAsInt(),
        json.get("depth").getAsInt(),
        json.get("heads").getAsInt(),
        json.get("mlp_ratio").getAsDouble(),
        json.get("glob").getAsInt(),
        new TokenLayout.Grid(axis(first, 2), axis(first, 3)),
        inputs,
        outputs,
        onUnmasked,
        balance);
  }

  private TaskContent content(String task) throws IOException {
    return classes(task)
        ? new TaskContent.Classes(
            json.get("ncls").getAsInt(),
            axis("weights.input_adapters." + task + ".class_emb.weight", 1))
        : new TaskContent.Numbers(axis("in." + task, 1));
  }

  List<ModalitySpec> modalities() throws IOException {
    List<ModalitySpec> specs = new ArrayList<>();
    for (String name : names) {
      int edge = edge(name);
      TokenSpace space =
          classes(name)
              ? new TokenSpace.ClassPatches(edge, json.get("ncls").getAsInt())
              : new TokenSpace.Continuous(edge * edge * content(name).channels());
      specs.add(
          new ModalitySpec(
              new ModalityName(name), space, grid, EnumSet.of(Role.INPUT, Role.TARGET)));
    }
    return specs;
  }

  Parameters parameters(MultiMaeConfig config) {
    return Parameters.create(MultiMaeLayout.of(config), Device.cpu(), this::values);
  }

  private FloatBuffer values(ParameterSpec spec) {
    if (spec.name().equals(MultiMaeLayout.LOG_VARIANCES)) {
      List<Float> numbers = new ArrayList<>();
      for (JsonElement number : json.getAsJsonArray("uncertainty_log_vars")) {
        numbers.add(number.getAsFloat());
      }
      FloatBuffer buffer = FloatBuffer.allocate(numbers.size());
      numbers.forEach(buffer::put);
      return buffer.flip();
    }
    try {
      return FloatBuffer.wrap(file.floats("weights." + spec.name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether a task's place was removed, by row * L + place. */
  Map<String, boolean[]> removed() throws IOException {
    Map<String, boolean[]> masks = new LinkedHashMap<>();
    for (String name : names) {
      masks.put(name, flags(file.longs("task_mask." + name)));
    }
    return masks;
  }

  /** Returns the same mask for every task. */
  Map<String, boolean[]> everywhere(boolean[] mask) {
    Map<String, boolean[]> masks = new LinkedHashMap<>();
    names.forEach(name -> masks.put(name, mask));
    return masks;
  }

  static boolean[] flags(long[] numbers) {
    boolean[] flags = new boolean[numbers.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = numbers[i] != 0;
    }
    return flags;
  }

  /**
   * Builds a batch.
   *
   * @param chosen rows of the file
   * @param seen whether an encoder sees a flat place of a task in the file
   * @param asked whether a decoder predicts it
   */
  MaskedBatch batch(
      int[] chosen, BiPredicate<String, Integer> seen, BiPredicate<String, Integer> asked)
      throws IOException {
    MaskedBatch batch = MaskedBatch.allocate(modalities(), chosen.length);
    for (int row : chosen) {
      batch.addRow("image" + row);
    }
    int places = grid.places();
    for (MaskedBatch.Part part : batch.parts()) {
      String name = part.spec.name().value();
      float[] numbers = classes(name) ? new float[0] : patches(name);
      byte[] classes = classes(name) ? classPatches(name) : new byte[0];
      for (int row = 0; row < chosen.length; row++) {
        int from = chosen[row] * places;
        int to = row * places;
        for (int place = 0; place < places; place++) {
          part.encoderIgnored[to + place] = !seen.test(name, from + place);
          part.decoderIgnored[to + place] = !asked.test(name, from + place);
        }
        int count = places * part.width;
        if (numbers.length > 0) {
          System.arraycopy(numbers, from * part.width, part.vectors, to * part.width, count);
        } else {
          System.arraycopy(classes, from * part.width, part.pixels, to * part.width, count);
        }
      }
    }
    return batch;
  }

  int[] allRows() {
    int[] all = new int[rows];
    for (int i = 0; i < rows; i++) {
      all[i] = i;
    }
    return all;
  }

  private float[] patches(String name) throws IOException {
    return GoldenCase.patches(file.floats("in." + name), file.get("in." + name).shape(), grid);
  }

  private byte[] classPatches(String name) throws IOException {
    long[] ids = file.longs("in." + name);
    float[] planes = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      planes[i] = ids[i];
    }
    List<Long> shape = file.get("in." + name).shape();
    float[] cut =
        GoldenCase.patches(planes, List.of(shape.get(0), 1L, shape.get(1), shape.get(2)), grid);
    byte[] bytes = new byte[cut.length];
    for (int i = 0; i < cut.length; i++) {
      bytes[i] = (byte) cut[i];
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
