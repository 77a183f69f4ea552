package dev.masquerade.model.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One batch of a golden model: its input, how it is packed, and the numbers that come out.
 *
 * @param model of which
 * @param name of the case, or of a training step
 * @param json its description
 */
public record GoldenCase(GoldenModel model, String name, JsonObject json) {

  /** Returns every case of a model. */
  public static List<GoldenCase> of(GoldenModel model) {
    List<GoldenCase> cases = new ArrayList<>();
    model
        .json()
        .getAsJsonObject("cases")
        .entrySet()
        .forEach(
            entry ->
                cases.add(
                    new GoldenCase(model, entry.getKey(), entry.getValue().getAsJsonObject())));
    return cases;
  }

  /** Returns the batch of training step {@code step}. */
  public static GoldenCase trainingStep(GoldenModel model, int step) {
    return new GoldenCase(model, "train" + step, model.json().getAsJsonObject("train"));
  }

  /**
   * Returns the modalities in the order in which the encoder gets them. Pixels are given as
   * normalised numbers, so they become continuous tokens of the same width.
   */
  public List<ModalitySpec> modalities() {
    List<ModalitySpec> ordered = new ArrayList<>();
    for (String wanted : names("encoder_order")) {
      for (ModalitySpec spec : model.modalities()) {
        if (spec.name().value().equals(wanted)) {
          ordered.add(asNumbers(spec));
        }
      }
    }
    for (ModalitySpec spec : model.modalities()) {
      if (ordered.stream().noneMatch(other -> other.name().equals(spec.name()))) {
        ordered.add(asNumbers(spec));
      }
    }
    return ordered;
  }

  private static ModalitySpec asNumbers(ModalitySpec spec) {
    return spec.space() instanceof TokenSpace.Pixels pixels
        ? new ModalitySpec(
            spec.name(), new TokenSpace.Continuous(pixels.width()), spec.layout(), spec.roles())
        : spec;
  }

  /** Returns a packer with the order and the limits of this case. */
  public Packer packer() {
    return new Packer(
        modalities(),
        new PackLimits(
            json.get("num_encoder_tokens").getAsInt(), json.get("num_decoder_tokens").getAsInt()),
        names("decoder_order"));
  }

  /** Reads the input. */
  public MaskedBatch batch(SafetensorsFile file) throws IOException {
    int rows = json.get("batch").getAsInt();
    MaskedBatch batch = MaskedBatch.allocate(modalities(), rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow(name + row);
    }
    for (MaskedBatch.Part part : batch.parts()) {
      String prefix = "in." + name + "." + part.spec.name() + ".";
      copy(file.longs(prefix + "input_mask"), part.encoderIgnored);
      copy(file.longs(prefix + "target_mask"), part.decoderIgnored);
      long[] run = file.longs(prefix + "decoder_attention_mask");
      for (int i = 0; i < run.length; i++) {
        part.decoderRun[i] = (int) run[i];
      }
      if (part.ids.length > 0) {
        long[] ids = file.longs(prefix + "tensor");
        for (int i = 0; i < ids.length; i++) {
          part.ids[i] = (int) ids[i];
        }
      } else {
        float[] values = file.floats(prefix + "tensor");
        if (part.spec.layout() instanceof TokenLayout.Grid grid) {
          values = patches(values, file.get(prefix + "tensor").shape(), grid);
        }
        System.arraycopy(values, 0, part.vectors, 0, values.length);
      }
    }
    return batch;
  }

  /** Cuts (B, C, H, W) planes into (B, L, row x column x channel) patches. */
  public static float[] patches(float[] planes, List<Long> shape, TokenLayout.Grid grid) {
    int rows = shape.get(0).intValue();
    int channels = shape.get(1).intValue();
    int height = shape.get(2).intValue();
    int width = shape.get(3).intValue();
    int patchHeight = height / grid.rows();
    int patchWidth = width / grid.columns();
    float[] patches = new float[planes.length];
    int at = 0;
    for (int b = 0; b < rows; b++) {
      for (int place = 0; place < grid.places(); place++) {
        int top = place / grid.columns() * patchHeight;
        int left = place % grid.columns() * patchWidth;
        for (int y = 0; y < patchHeight; y++) {
          for (int x = 0; x < patchWidth; x++) {
            for (int c = 0; c < channels; c++) {
              patches[at++] = planes[((b * channels + c) * height + top + y) * width + left + x];
            }
          }
        }
      }
    }
    return patches;
  }

  private static void copy(long[] flags, boolean[] target) {
    for (int i = 0; i < flags.length; i++) {
      target[i] = flags[i] != 0;
    }
  }

  private List<String> names(String key) {
    List<String> names = new ArrayList<>();
    if (json.has(key)) {
      for (JsonElement element : json.getAsJsonArray(key)) {
        names.add(element.getAsString());
      }
    }
    return names;
  }

  @Override
  public String toString() {
    return model + " " + name;
  }
}
