package dev.masquerade.model.weights.released;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.codec.VqTensors;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.WeightMatch;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a stored model anew where more is to change than its packaging. The model is compared with
 * its config first, name by name and shape by shape.
 */
public final class ModelConversion {

  private ModelConversion() {}

  /**
   * What was written.
   *
   * @param model that was written
   * @param tensors number of tensors
   * @param bytes size of the weights
   */
  public record Written(ModelDescription model, int tensors, long bytes) {}

  /**
   * Returns the encoder of a 4M model over a single picture: a vision transformer that needs
   * nothing but pixels.
   *
   * @param picture name of the picture; empty where the model sees just one
   * @throws InvalidWeightsException if the model is of another family, sees no such picture, or
   *     several and none is named
   */
  public static FourMDescription vit(StoredModel stored, String picture)
      throws InvalidWeightsException {
    Path path = stored.tensors().path();
    if (!(stored.description() instanceof FourMDescription model)) {
      throw new InvalidWeightsException(
          path,
          "holds a model of the family "
              + stored.description().family().name()
              + ", not a 4M model, from which a vision transformer could be taken");
    }
    List<ModalitySpec> pictures = model.pictures();
    List<String> names = pictures.stream().map(spec -> spec.name().value()).toList();
    if (picture.isEmpty() && pictures.size() == 1) {
      return model.encoderOf(pictures);
    }
    if (names.contains(picture)) {
      return model.encoderOf(List.of(pictures.get(names.indexOf(picture))));
    }
    throw new InvalidWeightsException(
        path,
        pictures.isEmpty()
            ? "sees no pixels, so no vision transformer can be taken from it"
            : "sees the pictures "
                + String.join(", ", names)
                + (picture.isEmpty()
                    ? ". Say which one with --picture"
                    : ", none called " + picture));
  }

  /**
   * Writes a model as a directory or as one file.
   *
   * @param stored the model, whose adapters were fused if they are to be
   * @param model what is written of it: its own description or that of a part, with names as in the
   *     whole
   * @param bfloat16 whether weights are stored as bfloat16, rounded to nearest; codes of tokenizers
   *     and position tables stay as they are
   * @param target a file if its name ends in {@code .safetensors}, or else a directory
   */
  public static Written write(
      StoredModel stored,
      ModelDescription model,
      boolean bfloat16,
      Path target,
      Packaging packaging)
      throws IOException {
    stored.match().require();
    TensorSource tensors = stored.tensors();
    WeightMatch match = WeightMatch.of(model.layout(), tensors);
    if (!match.missing().isEmpty() || !match.differing().isEmpty()) {
      throw new InvalidWeightsException(tensors.path(), match.report());
    }
    List<TensorContent> contents = new ArrayList<>();
    for (TensorEntry entry : tensors.tensors()) {
      if (model.layout().contains(entry.name())) {
        boolean rounded = bfloat16 && mayBeRounded(model.layout(), entry.name());
        contents.add(rounded ? rounded(tensors, entry) : tensors.content(entry.name()));
      }
    }
    Map<String, String> metadata = ConfigJson.metadata(model);
    metadata.put("format", "pt");
    if (target.getFileName().toString().endsWith(".safetensors")) {
      Packaging.requireFree(target);
      return new Written(
          model, contents.size(), SafetensorsWriter.write(target, metadata, contents).bytes());
    }
    long[] bytes = new long[1];
    packaging.make(
        target,
        directory -> {
          bytes[0] =
              SafetensorsWriter.write(directory.resolve(StoredModel.WEIGHTS), metadata, contents)
                  .bytes();
          ConfigJson.write(model, directory.resolve(StoredModel.CONFIG));
        });
    return new Written(model, contents.size(), bytes[0]);
  }

  /**
   * Says whether a tensor is a weight. Codes decide by small distances which id a patch becomes,
   * and tables and fixed biases are what every model computes: these stay exact.
   */
  private static boolean mayBeRounded(ParameterLayout layout, String name) {
    return layout.get(layout.owner(name)).learnt() && !VqTensors.ofQuantizer(name);
  }

  private static TensorContent rounded(TensorSource tensors, TensorEntry entry) throws IOException {
    if (entry.type() != ElementType.F32 && entry.type() != ElementType.F64) {
      return tensors.content(entry.name());
    }
    return new TensorContent(
        entry.name(),
        ElementType.BF16,
        entry.shape(),
        channel ->
            TensorContent.bfloat16(
                    entry.name(), entry.shape(), FloatBuffer.wrap(tensors.floats(entry.name())))
                .values()
                .writeTo(channel));
  }
}
