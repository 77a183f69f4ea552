package dev.masquerade.model.weights.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of PyTorch hold what the safetensors files beside them hold, bit for bit. */
class PickledFileGoldenTest {

  static Stream<Path> pickled() {
    return files(".*\\.pth").stream();
  }

  static Stream<Path> described() {
    return files(".*\\.json").stream();
  }

  private static List<Path> files(String pattern) {
    Path directory = GoldenFiles.mae().resolve("checkpoint");
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("pickled")
  void everyTensor_equalsItsSafetensorsTwin(Path path) throws Exception {
    assertThat(PickledFile.isPickled(path)).isTrue();
    try (TensorSource pickled = TensorSource.open(path)) {
      assertThat(pickled).isInstanceOf(PickledFile.class);
      int compared = 0;
      try (SafetensorsFile twin = twin(path, pickled)) {
        for (TensorEntry entry : pickled.tensors()) {
          String name = nameIn(twin, entry.name());
          assertThat(twin.get(name).shape()).as(name).isEqualTo(entry.shape());
          assertThat(twin.get(name).type()).as(name).isEqualTo(entry.type());
          assertThat(pickled.bytes(entry.name())).as(name).isEqualTo(twin.bytes(name));
          assertThat(pickled.floats(entry.name())).as(name).isEqualTo(twin.floats(name));
          compared++;
        }
        boolean beside = twin.path().getFileName().toString().equals(stem(path) + ".safetensors");
        assertThat(compared).isPositive();
        if (beside) {
          assertThat(twin.tensors()).hasSize(compared);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  void everythingElse_equalsTheJsonBesideIt(Path json) throws Exception {
    Path path = json.resolveSibling(stem(json) + ".pth");
    JsonObject expected = GoldenFiles.read(json);
    try (PickledFile pickled = PickledFile.open(path)) {
      for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
        PickledValue found = pickled.tree().at(entry.getKey().split("\\.")).orElseThrow();
        assertThat(found.json()).as(entry.getKey()).isEqualTo(entry.getValue());
      }
    }
  }

  private static String stem(Path file) {
    return file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
  }

  /** Finds the file of its name, or else one near it that has all of its tensors. */
  private static SafetensorsFile twin(Path path, TensorSource pickled) throws IOException {
    Path beside = path.resolveSibling(stem(path) + ".safetensors");
    if (Files.exists(beside)) {
      return SafetensorsFile.open(beside);
    }
    List<Path> near = new ArrayList<>(files(".*\\.safetensors"));
    near.addAll(GoldenFiles.in(GoldenFiles.mae(), ".*weights.*\\.safetensors"));
    for (Path other : near) {
      SafetensorsFile file = SafetensorsFile.open(other);
      boolean all =
          pickled.tensors().stream()
              .allMatch(
                  entry ->
                      file.find(nameIn(file, entry.name()))
                          .filter(found -> found.shape().equals(entry.shape()))
                          .isPresent());
      if (all) {
        return file;
      }
      file.close();
    }
    throw new AssertionError(path + " has no safetensors file to compare with");
  }

  /** Released files keep their tensors below a key that the safetensors files do without. */
  private static String nameIn(TensorSource twin, String name) {
    return twin.find(name).isPresent() ? name : name.replaceFirst("^model\\.", "");
  }
}
