package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.train.golden.TransferGoldens;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Groups of layer-wise decay against the reference's: all {@code lr_decay_*.json}. */
class LayerDecayGoldenTest {

  @Test
  void goldens_haveTables() {
    assertThat(TransferGoldens.files("mae", "lr_decay_.*\\.json")).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> groups_areTheReferences() {
    return TransferGoldens.files("mae", "lr_decay_.*\\.json").stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    String.valueOf(file.getFileName()), () -> compare(GoldenFiles.read(file))));
  }

  private static void compare(JsonObject json) {
    double decay = json.get("weight_decay").getAsDouble();
    for (JsonElement table : json.getAsJsonArray("tables")) {
      JsonArray groups = table.getAsJsonObject().getAsJsonArray("groups");
      LayerDecay layers =
          new LayerDecay(
              table.getAsJsonObject().get("layer_decay").getAsDouble(),
              json.get("num_blocks").getAsInt());
      Set<String> kinds = new HashSet<>();
      for (JsonElement element : groups) {
        JsonObject group = element.getAsJsonObject();
        for (JsonElement parameter : group.getAsJsonArray("params")) {
          String name = parameter.getAsString();
          boolean decays = DecayRule.VECTORS_AND_TOKENS_FREE.decays(name, rank(name));
          assertThat(layers.of(name))
              .as(name)
              .isCloseTo(group.get("lr_scale").getAsDouble(), within(1e-15));
          assertThat(decays ? decay : 0)
              .as(name)
              .isEqualTo(group.get("weight_decay").getAsDouble());
          kinds.add(layers.of(name) + " " + decays);
        }
      }
      assertThat(kinds).hasSize(groups.size());
    }
  }

  /** Ranks that names of a vision transformer imply. */
  private static int rank(String name) {
    if (name.endsWith(".bias") || name.contains("norm")) {
      return 1;
    }
    return name.endsWith(".weight") && !name.startsWith("patch_embed") ? 2 : 3;
  }
}
