package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.train.golden.TransferGoldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Votes of neighbours against Lightly's: all {@code knn*.json} with tensors beside them. */
class NearestNeighboursGoldenTest {

  @Test
  void goldens_areThere() {
    assertThat(TransferGoldens.files("lightly", "knn.*\\.json")).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> votes_areTheReferences() {
    return TransferGoldens.files("lightly", "knn.*\\.json").stream()
        .flatMap(
            file ->
                GoldenFiles.read(file).getAsJsonObject("topk_accuracy").keySet().stream()
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                file.getFileName() + " " + name, () -> compare(file, name))));
  }

  private static void compare(Path json, String name) throws IOException {
    JsonObject golden = GoldenFiles.read(json);
    int classes = golden.get("num_classes").getAsInt();
    String[] parts = name.substring(1).split("_t");
    KnnSettings settings =
        new KnnSettings(Integer.parseInt(parts[0]), Double.parseDouble(parts[1]));
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(json))) {
      LabelledFeatures bank = features(file, "bank", classes);
      LabelledFeatures queries = features(file, "query", classes);
      float[] scores = new NearestNeighbours(settings, Device.cpu()).scores(bank, queries);

      long[] expected = file.longs("pred." + name);
      for (int row = 0; row < queries.samples(); row++) {
        assertThat(byScore(scores, row, classes))
            .as("query %s", row)
            .containsExactly(slice(expected, row * classes, classes));
      }
      Accuracy accuracy = new Accuracy(scores, classes, queries.labels());
      JsonObject shares = golden.getAsJsonObject("topk_accuracy").getAsJsonObject(name);
      for (String k : shares.keySet()) {
        assertThat(accuracy.top(Integer.parseInt(k)))
            .as("top %s", k)
            .isCloseTo(shares.get(k).getAsDouble(), within(1e-6));
      }
    }
  }

  private static LabelledFeatures features(SafetensorsFile file, String name, int classes)
      throws IOException {
    int width = Math.toIntExact(file.get(name).shape().get(1));
    return new LabelledFeatures(
        width,
        file.floats(name),
        LongStream.of(file.longs(name + "_labels")).mapToInt(Math::toIntExact).toArray(),
        IntStream.range(0, classes).mapToObj(String::valueOf).toList());
  }

  private static long[] byScore(float[] scores, int row, int classes) {
    List<Integer> order =
        IntStream.range(0, classes)
            .boxed()
            .sorted(
                (one, other) ->
                    Float.compare(scores[row * classes + other], scores[row * classes + one]))
            .toList();
    return order.stream().mapToLong(Integer::longValue).toArray();
  }

  private static long[] slice(long[] values, int from, int length) {
    long[] slice = new long[length];
    System.arraycopy(values, from, slice, 0, length);
    return slice;
  }
}
