package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightConversionTest {

  @TempDir Path directory;

  private static Path golden(String name) {
    return GoldenFiles.mae().resolve(name);
  }

  @Test
  void pickledCheckpoint_becomesADirectoryWithoutItsWrapper() throws Exception {
    Path out = directory.resolve("tiny");
    try (TensorSource from = TensorSource.open(golden("checkpoint/mae_tiny_pretrain.pth"))) {
      WeightConversion.Converted converted =
          WeightConversion.convert(from, out, Optional.empty(), false);

      assertThat(converted.file()).isEqualTo(out.resolve(StoredModel.WEIGHTS));
      assertThat(converted.left()).isEmpty();
      assertThat(Files.size(converted.file())).isEqualTo(converted.bytes());
    }
    try (SafetensorsFile made = SafetensorsFile.open(out.resolve(StoredModel.WEIGHTS));
        SafetensorsFile expected = SafetensorsFile.open(golden("pretrain_weights.safetensors"))) {
      assertThat(made.tensors()).containsExactlyInAnyOrderElementsOf(expected.tensors());
      for (TensorEntry entry : made.tensors()) {
        assertThat(made.bytes(entry.name())).isEqualTo(expected.bytes(entry.name()));
      }
      assertThat(made.metadata()).containsEntry("converted_from", "mae_tiny_pretrain.pth");
    }
  }

  @Test
  void optimizerAndArguments_areLeftOutUnlessAskedFor() throws Exception {
    Path model = directory.resolve("model.safetensors");
    Path all = directory.resolve("all.safetensors");
    try (TensorSource from = TensorSource.open(golden("checkpoint/resume.pth"))) {
      WeightConversion.Converted converted =
          WeightConversion.convert(from, model, Optional.empty(), false);
      assertThat(converted.left()).isNotEmpty().allMatch(name -> name.startsWith("optimizer."));
      WeightConversion.convert(from, all, Optional.empty(), true);
    }
    try (SafetensorsFile made = SafetensorsFile.open(model);
        SafetensorsFile whole = SafetensorsFile.open(all);
        SafetensorsFile expected = SafetensorsFile.open(golden("checkpoint/resume.safetensors"))) {
      assertThat(made.find("0.weight")).isPresent();
      assertThat(made.metadata()).containsEntry("checkpoint.args.batch_size", "64");
      assertThat(whole.tensors()).containsExactlyInAnyOrderElementsOf(expected.tensors());
    }
  }

  @Test
  void schemes_leadThereAndBack() throws Exception {
    Path first = golden("pretrain_weights.safetensors");
    Path before = first;
    for (Naming naming : new Naming[] {Naming.TORCHVISION, Naming.LIGHTLY, Naming.MAE}) {
      Path out = directory.resolve(naming + ".safetensors");
      try (TensorSource from = TensorSource.open(before)) {
        WeightConversion.convert(from, out, Optional.of(naming), false);
      }
      before = out;
    }
    try (SafetensorsFile made = SafetensorsFile.open(before);
        SafetensorsFile expected = SafetensorsFile.open(first);
        SafetensorsFile lightly =
            SafetensorsFile.open(directory.resolve(Naming.LIGHTLY + ".safetensors"))) {
      assertThat(made.tensors()).containsExactlyInAnyOrderElementsOf(expected.tensors());
      for (TensorEntry entry : made.tensors()) {
        assertThat(made.bytes(entry.name())).isEqualTo(expected.bytes(entry.name()));
      }
      assertThat(lightly.find("backbone.vit.cls_token")).isPresent();
      assertThat(lightly.find("decoder.blocks.0.norm1.weight")).isPresent();
    }
  }

  @Test
  void whatCannotBeDone_leavesNothingBehind() throws Exception {
    try (TensorSource other = TensorSource.open(golden("checkpoint/resume.pth"));
        TensorSource model = TensorSource.open(golden("pretrain_weights.safetensors"))) {
      assertThatThrownBy(
              () ->
                  WeightConversion.convert(
                      other, directory.resolve("a"), Optional.of(Naming.MAE), false))
          .isInstanceOf(InvalidWeightsException.class)
          .hasMessageContaining("not a vision transformer");
      assertThatThrownBy(() -> WeightConversion.convert(model, directory, Optional.empty(), false))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(
              () ->
                  WeightConversion.convert(
                      other, directory.resolve("none/a"), Optional.of(Naming.MAE), false))
          .isInstanceOf(InvalidWeightsException.class);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
