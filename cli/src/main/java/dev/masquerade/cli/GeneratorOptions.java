package dev.masquerade.cli;

import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that let a model generate. */
final class GeneratorOptions {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description = "Run directory, checkpoint, or directory with model.safetensors.")
  private Path model;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME=FILE",
      description =
          "Tokenizer of a modality, where the model's run does not tell or another is wanted;"
              + " repeatable.")
  private List<String> tokenizers = new ArrayList<>();

  @Mixin private DeviceOptions devices;

  Path model() {
    return model;
  }

  /** Opens the model; the caller closes it. */
  Generator open(ModalityCatalogue catalogue) throws IOException {
    return open(model, List.of(model), catalogue);
  }

  /**
   * Opens one of several models with the same options and the tokenizers of its modalities.
   *
   * @param all the models, of which one at least must know every tokenizer's modality
   */
  Generator open(Path path, List<Path> all, ModalityCatalogue catalogue) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (NamedValue value : NamedValue.of(tokenizers, "--tokenizer", "caption=tokenizer.json")) {
      files.put(value.name(), Path.of(value.value()));
    }
    Map<String, Path> named = TokenizerFiles.of(files, path, all);
    return devices.open(
        (device, precision) -> Generator.open(path, named, catalogue, device, precision));
  }
}
