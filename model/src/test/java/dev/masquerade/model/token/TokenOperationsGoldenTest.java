package dev.masquerade.model.token;

import static dev.masquerade.model.golden.GoldenImages.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.LightlyGolden;
import dev.masquerade.model.golden.MaeGolden;
import dev.masquerade.model.weights.PositionTables;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations on tokens give what the references' give. */
class TokenOperationsGoldenTest {

  private static final double TOLERANCE = 2e-5;

  private final NDManager manager = ComputeEngine.start().newManager(Device.cpu());
  private final TokenOperations operations = new TokenOperations();
  private final StepScope scope = StepScope.open(manager);
  private SafetensorsFile file;

  @BeforeEach
  void open() throws IOException {
    file = LightlyGolden.open("token_ops.safetensors");
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    scope.close();
    operations.close();
    manager.close();
  }

  private NDArray floats(String name) throws IOException {
    return LightlyGolden.floats(file, name, scope.manager());
  }

  private NDArray longs(String name) throws IOException {
    return LightlyGolden.longs(file, name, scope.manager());
  }

  private void compare(String name, NDArray actual) throws IOException {
    assertThat(actual.getShape().getShape())
        .as(name)
        .containsExactly(file.get(name).shape().stream().mapToLong(Long::longValue).toArray());
    assertClose(name, actual, file.floats(name), TOLERANCE);
  }

  private void compareExactly(String name, NDArray actual) throws IOException {
    assertThat(actual.toType(DataType.INT64, true).toLongArray())
        .as(name)
        .containsExactly(file.longs(name));
  }

  @Test
  void tokensByIndex_areThoseOfTheReference() throws IOException {
    NDArray tokens = floats("tokens");
    NDArray index = longs("index");
    NDArray token = floats("mask_token");
    long width = tokens.getShape().get(2);
    compareExactly("expand_index_like", operations.expandIndex(index, width, scope));
    compare("get_at_index", operations.get(tokens, index, scope));
    compare("set_at_index", operations.set(tokens, index, floats("value"), scope));
    compare("mask_at_index", operations.maskAt(tokens, index, token, scope));
    compare(
        "mask_bool",
        operations.maskWhere(
            tokens, LightlyGolden.booleans(file, "bool_mask", scope.manager()), token, scope));
    compare(
        "apply_masks",
        operations.applyMasks(
            tokens, List.of(longs("apply_masks_m0"), longs("apply_masks_m1")), scope));
  }

  @Test
  void repetitions_areThoseOfTheReference() throws IOException {
    NDArray tokens = floats("tokens");
    List<Long> repeated = file.get("repeat_token").shape();
    compare(
        "prepend_class_token", operations.prepend(tokens, List.of(floats("class_token")), scope));
    compare(
        "repeat_token",
        operations.repeat(floats("mask_token"), repeated.get(0), repeated.get(1), scope));
    int rows = (int) tokens.getShape().get(0);
    int times = (int) (file.get("repeat_interleave_batch").shape().get(0) / (2L * rows));
    compare(
        "repeat_interleave_batch",
        operations.repeatRuns(tokens.concat(tokens.add(1)), rows, times, scope));
  }

  @Test
  void patches_areThoseOfTheReference() throws IOException {
    NDArray images = floats("images");
    List<Long> shape = file.get("patchify").shape();
    int channels = (int) images.getShape().get(1);
    int patch = (int) Math.round(Math.sqrt(shape.get(2) / (double) channels));
    NDArray patches = operations.patchify(images, patch, scope);
    compare("patchify", patches);
    compare(
        "unpatchify",
        operations.unpatchify(
            patches,
            (int) images.getShape().get(2) / patch,
            (int) images.getShape().get(3) / patch,
            patch,
            scope));
    compare("normalize_mean_var", operations.normalise(patches, scope));
  }

  @Test
  void patchesOfTheMaeReference_areCutAlike() throws IOException {
    try (SafetensorsFile mae =
        SafetensorsFile.open(GoldenFiles.mae().resolve("patchify.safetensors"))) {
      List<Long> shape = mae.get("counting_patches").shape();
      MaeGolden golden = MaeGolden.all().get(0);
      int patch = golden.encoder().build().patchSize();
      int grid = (int) Math.round(Math.sqrt(shape.get(1)));
      long channels = shape.get(2) / ((long) patch * patch);
      long edge = (long) grid * patch;
      NDArray counting = scope.manager().arange(0, channels * edge * edge, 1, DataType.FLOAT32);
      NDArray patches =
          operations.patchify(counting.reshape(1, channels, edge, edge), patch, scope);
      assertThat(patches.toFloatArray()).containsExactly(mae.floats("counting_patches"));
    }
    for (MaeGolden golden : MaeGolden.all()) {
      try (SafetensorsFile forward = SafetensorsFile.open(golden.tensors("forward"))) {
        NDArray images = LightlyGolden.floats(forward, "imgs", scope.manager());
        NDArray patches = operations.patchify(images, golden.encoder().build().patchSize(), scope);
        assertClose("target_pix", patches, forward.floats("target_pix"), TOLERANCE);
        assertClose(
            "target_normpix",
            operations.normalise(patches, scope),
            forward.floats("target_normpix"),
            TOLERANCE);
      }
    }
  }

  @Test
  void similarities_areThoseOfTheReference() throws IOException {
    NDArray x = floats("similar_x");
    compareExactly("most_similar_index", operations.mostSimilar(x, floats("similar_y"), scope));
    compare(
        "select_most_similar",
        operations.selectMostSimilar(x, floats("similar_y4"), floats("similar_values"), scope));
    NDArray y = floats("similar_y");
    NDArray distances = operations.distances(x, y, scope);
    compare("nn_distances", distances);
    int count = file.get("nn_input").shape().get(1).intValue();
    TokenOperations.Neighbours pairs = operations.nearest(x, y, distances, count, scope);
    compare("nn_input", pairs.inputs());
    compare("nn_candidate", pairs.candidates());
    compare("normalize_weight", operations.unitRows(floats("normalize_weight_in"), scope));
  }

  @Test
  void poolingByIds_isThatOfTheReference() throws IOException {
    int ids = file.get("pool_masked").shape().get(2).intValue();
    compare(
        "pool_masked", operations.poolByIds(floats("pool_source"), longs("pool_mask"), ids, scope));
  }

  @Test
  void positionTables_areThoseOfTheReference() throws IOException {
    Pattern name = Pattern.compile("sincos_d([0-9]+)_g([0-9]+)_(?:cls|prefix([0-9]+))");
    int compared = 0;
    for (var tensor : file.tensors()) {
      Matcher matcher = name.matcher(tensor.name());
      if (matcher.matches()) {
        int grid = Integer.parseInt(matcher.group(2));
        int prefix = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
        assertClose(
            tensor.name(),
            PositionTables.places(grid, grid, Integer.parseInt(matcher.group(1)), prefix),
            file.floats(tensor.name()),
            TOLERANCE);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }
}
