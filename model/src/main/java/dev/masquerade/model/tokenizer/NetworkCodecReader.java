package dev.masquerade.model.tokenizer;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenCodecReader;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.FrameFormat;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens learned tokenizers: a run directory, a directory with {@code config.json} and {@code
 * model.safetensors}, or a safetensors file. A network is opened once for as long as its file stays
 * what it is, however many modalities name it.
 */
public final class NetworkCodecReader implements TokenCodecReader {

  /** A file as it was at one moment. */
  private record Version(Path file, long bytes, FileTime modified) {}

  private final Map<Version, TokenCodec> opened = new HashMap<>();

  @Override
  public String describe() {
    return "a tokenizer network (a run, or a directory with config.json and model.safetensors)";
  }

  @Override
  public boolean reads(Path path) {
    return Files.isDirectory(path) || path.toString().endsWith(".safetensors");
  }

  @Override
  public synchronized TokenCodec open(Path path) {
    try {
      Path weights = CheckpointPath.weights(path).toAbsolutePath().normalize();
      Version version =
          new Version(weights, Files.size(weights), Files.getLastModifiedTime(weights));
      TokenCodec known = opened.get(version);
      if (known == null) {
        known = read(weights);
        opened.put(version, known);
      }
      return known;
    } catch (InvalidWeightsException e) {
      throw new InvalidSettingsException("tokenizer", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new InvalidSettingsException("tokenizer", path + " cannot be read: " + e.getMessage());
    }
  }

  private static TokenCodec read(Path weights) throws IOException {
    ModelDescription description;
    try (StoredModel stored = StoredModel.open(weights)) {
      description = stored.description();
      stored.match().require();
    }
    if (!(description instanceof TokenizerDescription tokenizer)) {
      throw new InvalidSettingsException(
          "tokenizer",
          weights
              + " is no tokenizer but a model of the family "
              + description.family().name()
              + ": "
              + description.headline());
    }
    VqEncoderConfig tokens = tokenizer.tokens();
    if (tokens.quantizer().codebooks() != 1) {
      throw new InvalidSettingsException(
          "tokenizer",
          weights
              + " makes "
              + tokens.quantizer().codebooks()
              + " ids of every place, but pictures become one grid of ids");
    }
    FrameRange range;
    try {
      range = FrameRange.of(tokenizer.image(), tokens.predictedChannels());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException("tokenizer", weights + ": " + e.getMessage());
    }
    TokenLayout.Grid grid = tokenizer.grid();
    int patch = tokens.patchSize();
    return new NetworkCodec(
        new LoadedNetwork(weights, tokens.quantizer().codes()),
        range,
        new FrameFormat(
            range.content(),
            tokens.classes(),
            1,
            range.content() == FrameContent.DEPTH,
            new FrameSize(grid.rows() * patch, grid.columns() * patch),
            patch));
  }
}
