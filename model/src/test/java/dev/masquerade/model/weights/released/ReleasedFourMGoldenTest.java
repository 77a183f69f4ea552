package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.SparseWeights;
import dev.masquerade.model.weights.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every released name is recognised by its parts. Names and shapes of the base models are those of
 * the reference; the larger ones and the one for super-resolution follow from them by width, depth
 * and modalities. Values are zeros in sparse files of the real size.
 */
class ReleasedFourMGoldenTest {

  private static final long BASE = 768;

  @TempDir Path directory;

  static Stream<ReleasedFourM> released() {
    return base(ReleasedFourM.Modalities.SEVEN).isPresent()
        ? ReleasedFourM.all().stream()
        : Stream.empty();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("released")
  void everyReleasedModel_isRecognisedByItsParts(ReleasedFourM released) throws Exception {
    JsonObject base = base(released.modalities()).orElseThrow();
    JsonObject config = base.getAsJsonObject("config_keys_accepted").deepCopy();
    config.addProperty("dim", released.size().dim());
    config.addProperty("encoder_depth", released.size().depth());
    config.addProperty("decoder_depth", released.size().depth());
    config.addProperty("num_heads", released.size().heads());
    config.add("domains_in", array(released.modalities().inputs()));
    config.add("domains_out", array(released.modalities().targets()));
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), shapes(base, released), Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), config.toString());

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.match().report()).isEqualTo("holds the weights of this model");
      assertThat(ReleasedFourM.like((FourMDescription) model.description())).contains(released);
    }
  }

  @Test
  void names_areFoundWhateverTheirCase() {
    assertThat(ReleasedFourM.named("4m-7-sr_l_cc12m")).isPresent();
    assertThat(ReleasedFourM.named("4M-21_XL")).isPresent();
    assertThat(ReleasedFourM.named("4M-8_XL")).isEmpty();
    assertThat(ReleasedFourM.all()).hasSize(13);
  }

  private static Optional<JsonObject> base(ReleasedFourM.Modalities modalities) {
    String name = modalities == ReleasedFourM.Modalities.TWENTY_ONE ? "4M-21_B" : "4M-7_B";
    return GoldenFiles.fourmWith("parameter_counts").stream()
        .map(GoldenFiles::read)
        .filter(json -> json.has(name))
        .map(json -> json.getAsJsonObject(name))
        .findFirst();
  }

  private static Map<String, List<Long>> shapes(JsonObject base, ReleasedFourM released) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : base.getAsJsonObject("keys").entrySet()) {
      List<Long> shape = new ArrayList<>();
      for (JsonElement length : entry.getValue().getAsJsonArray()) {
        shape.add(length.getAsLong());
      }
      List<Long> scaled = scaled(entry.getKey(), shape, released.size().dim());
      for (String name : names(entry.getKey(), released)) {
        List<Long> own =
            name.contains("@448.") && name.endsWith("pos_emb")
                ? List.of(1L, scaled.get(1) * 4, scaled.get(2))
                : scaled;
        shapes.put(name, own);
      }
    }
    return shapes;
  }

  private static List<Long> scaled(String name, List<Long> shape, long dim) {
    List<Long> scaled = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      long length = shape.get(axis);
      boolean inputs =
          axis == 1
              && (name.endsWith(".proj.weight") && name.contains("embeddings")
                  || name.endsWith(".emb_proj.weight"));
      boolean block = name.contains("{i}");
      boolean width = length == BASE || block && length % 256 == 0;
      scaled.add(width && !inputs ? length * dim / BASE : length);
    }
    // Two thirds of four times the width, rounded down.
    if (name.contains(".mlp.")) {
      long hidden = 2 * 4 * dim / 3;
      scaled.set(name.endsWith("fc2.weight") ? 1 : 0, hidden);
    }
    return scaled;
  }

  private static List<String> names(String name, ReleasedFourM released) {
    if (name.contains("{i}")) {
      List<String> names = new ArrayList<>();
      for (int layer = 0; layer < released.size().depth(); layer++) {
        names.add(name.replace("{i}", Integer.toString(layer)));
      }
      return names;
    }
    if (released.modalities() != ReleasedFourM.Modalities.SUPER_RESOLUTION) {
      return List.of(name);
    }
    String larger = name.replace("@224.", "@448.");
    if (name.startsWith("decoder_embeddings.")) {
      return name.equals(larger) ? List.of() : List.of(larger);
    }
    return name.equals(larger) ? List.of(name) : List.of(name, larger);
  }

  private static JsonArray array(Iterable<String> names) {
    JsonArray array = new JsonArray();
    names.forEach(array::add);
    return array;
  }
}
