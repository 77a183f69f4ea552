package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.train.golden.TransferGoldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Targets of mixed pictures against the reference's: tensors {@code mixup_target_lamL_smoothS} of
 * all {@code vit_*.json}, whose partner is the batch backwards.
 */
class SoftTargetsGoldenTest {

  private static final Pattern NAME = Pattern.compile("mixup_target_lam([0-9.]+)_smooth([0-9.]+)");

  @Test
  void mixedTargets_areTheReferences() throws IOException {
    int compared = 0;
    for (Path json : TransferGoldens.files(TransferGoldens.ofModels("mae"), "vit_.*\\.json")) {
      int classes = GoldenFiles.read(json).get("num_classes").getAsInt();
      try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json))) {
        int[] labels = LongStream.of(file.longs("target")).mapToInt(Math::toIntExact).toArray();
        int[] partners = new int[labels.length];
        for (int row = 0; row < labels.length; row++) {
          partners[row] = labels[labels.length - 1 - row];
        }
        List<String> names = file.tensors().stream().map(TensorEntry::name).toList();
        for (String name : names) {
          Matcher setting = NAME.matcher(name);
          if (setting.matches()) {
            double[] own = new double[labels.length];
            Arrays.fill(own, Double.parseDouble(setting.group(1)));
            assertThat(
                    SoftTargets.mixed(
                        labels, partners, own, classes, Double.parseDouble(setting.group(2))))
                .containsExactly(file.floats(name), within(1e-6f));
            compared++;
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }
}
