package dev.masquerade.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.TaskAllocation;
import dev.masquerade.model.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Visible tokens that MultiMAE shared out over its tasks, shared out again by the same draws. */
class TaskAllocationGoldenTest {

  @Test
  void allocations_areThoseOfTheReference() throws Exception {
    for (Path path : RecordedNoise.files("multimae", "multimae", ".json")) {
      JsonObject recorded = GoldenFiles.read(path);
      try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(path))) {
        check(recorded, file);
      }
    }
  }

  private static void check(JsonObject recorded, SafetensorsFile file) throws Exception {
    JsonObject declared = recorded.getAsJsonObject("num_tokens_per_task");
    List<String> tasks = List.copyOf(declared.keySet());
    List<Integer> places = tasks.stream().map(task -> declared.get(task).getAsInt()).toList();
    int all = places.stream().mapToInt(Integer::intValue).sum();
    int visible = recorded.get("keep").getAsInt();
    TaskAllocation allocation = new TaskAllocation(visible, places);
    float[] proportions = file.floats("dirichlet_sample");
    long[] wanted = file.longs("samples_per_task");
    long[] kept = file.longs("ids_keep");
    List<PlaceChoice> choices = places.stream().map(PlaceChoice::new).toList();
    for (int row = 0; row < recorded.get("B").getAsInt(); row++) {
      double[] shares = new double[tasks.size()];
      RecordedNoise draws = new RecordedNoise();
      for (int t = 0; t < shares.length; t++) {
        shares[t] = proportions[row * shares.length + t];
        int length = places.get(t);
        draws.add(rowOf(file.floats("noise." + tasks.get(t)), row, length), length);
      }
      draws.add(rowOf(file.floats("noise.final"), row, all), all);

      int[] counts = allocation.wanted(shares);
      allocation.choose(counts, draws, choices);

      int first = 0;
      boolean[] visibleOfAll = new boolean[all];
      for (int t = 0; t < shares.length; t++) {
        assertThat((long) counts[t]).isEqualTo(wanted[row * shares.length + t]);
        long[] mask = file.longs("task_mask." + tasks.get(t));
        for (int place : choices.get(t).seenPlaces()) {
          assertThat(mask[row * places.get(t) + place]).isZero();
          visibleOfAll[first + place] = true;
        }
        for (int place : choices.get(t).predictedPlaces()) {
          assertThat(mask[row * places.get(t) + place]).isEqualTo(1);
        }
        assertThat(choices.get(t).seen())
            .isEqualTo(
                recorded
                    .getAsJsonObject("kept_per_task")
                    .getAsJsonArray(tasks.get(t))
                    .get(row)
                    .getAsInt());
        first += places.get(t);
      }
      for (int k = 0; k < visible; k++) {
        assertThat(visibleOfAll[(int) kept[row * visible + k]]).isTrue();
      }
    }
  }

  private static float[] rowOf(float[] values, int row, int width) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }
}
