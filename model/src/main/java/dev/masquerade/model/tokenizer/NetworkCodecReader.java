package dev.masquerade.model.tokenizer;

import com.google.inject.Inject;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenCodecReader;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens learned tokenizers: a run directory, a directory with {@code config.json} and {@code
 * model.safetensors}, a safetensors file, or what a training program saved. A network is opened
 * once for as long as its files stay what they are, however many modalities name it. What takes no
 * pictures is opened as a tokenizer of vectors.
 */
public final class NetworkCodecReader implements TokenCodecReader {

  private final Map<List<NetworkFiles.Stamp>, TokenCodec> opened = new HashMap<>();
  private final TokenizerDevice device;

  /**
   * Creates a reader.
   *
   * @param device where networks will compute; asked when one is first used
   */
  @Inject
  public NetworkCodecReader(TokenizerDevice device) {
    this.device = device;
  }

  @Override
  public String describe() {
    return "a tokenizer network (a run, or a directory with config.json and model.safetensors)";
  }

  @Override
  public boolean reads(Path path) {
    return Files.isDirectory(path)
        || path.toString().endsWith(".safetensors")
        || path.toString().endsWith(".pth");
  }

  @Override
  public synchronized TokenCodec open(Path path) {
    try {
      Path weights = CheckpointPath.weights(path).toAbsolutePath().normalize();
      List<NetworkFiles.Stamp> version = NetworkFiles.of(weights).stamps();
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

  private TokenCodec read(Path weights) throws IOException {
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
    TokenLayout.Grid grid = tokenizer.grid();
    int patch = tokens.patchSize();
    int codebooks = tokens.quantizer().codebooks();
    LoadedNetwork network = new LoadedNetwork(weights, tokens.quantizer().codes(), device);
    Optional<FrameRange> range = FrameRange.of(tokenizer.image(), tokens.predictedChannels());
    if (range.isEmpty()) {
      boolean pointWise = tokens.encoder() instanceof CoderShape.PointWise;
      return new VectorCodec(
          network,
          new VectorCodec.Shape(tokens.predictedChannels(), patch, codebooks, pointWise),
          grid);
    }
    FrameSize size = new FrameSize(grid.rows() * patch, grid.columns() * patch);
    return new NetworkCodec(
        network,
        range.get(),
        NetworkCodec.format(range.get().content(), tokens.classes(), size, patch),
        codebooks);
  }
}
