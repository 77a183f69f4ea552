package dev.masquerade.train;

import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.PositionResizing;
import dev.masquerade.model.weights.Resampling;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.WeightMatch;
import dev.masquerade.model.weights.released.RecognisedWeights;
import dev.masquerade.train.checkpoint.RunRefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weights that a new run starts from: a run's, a directory's, or a file's, also those that other
 * programs wrote.
 *
 * <p>Position tables of another grid are resized, bicubic; rows of class and register tokens stay
 * as they are.
 */
final class InitialWeights implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(InitialWeights.class);
  private static final String TABLE = "pos_embed";

  /** The grid that position tables are made for. */
  private record Grid(int rows, int columns, int prefixRows) {
    static Grid of(VitConfig encoder) {
      return new Grid(encoder.rows(), encoder.columns(), encoder.prefixRows());
    }
  }

  private final TensorSource tensors;
  private final WeightMatch match;
  private final Map<String, float[]> resized = new HashMap<>();

  private InitialWeights(TensorSource tensors, WeightMatch match) {
    this.tensors = tensors;
    this.match = match;
  }

  /**
   * Opens weights and logs which tensors of a model they have.
   *
   * @param path a run directory, of which the latest checkpoint counts; a directory with {@code
   *     model.safetensors}; or a file of weights, also those that PyTorch wrote
   * @throws RunRefusedException if no tensor is one of the model's
   */
  static InitialWeights open(Path path, ModelDescription model) throws IOException {
    Path file = CheckpointPath.weights(path);
    if (StoredModel.describesItself(file)) {
      StoredModel stored = StoredModel.open(file);
      return of(stored.tensors(), grid(stored.description()), model);
    }
    TensorSource tensors = TensorSource.open(file);
    try {
      RecognisedWeights weights = RecognisedWeights.of(tensors);
      if (weights.stored().isEmpty()) {
        return of(tensors, Optional.empty(), model);
      }
      Optional<Grid> grid =
          weights
              .encoder()
              .filter(encoder -> encoder.rows() > 0)
              .map(found -> new Grid(found.rows(), found.columns(), found.prefixRows()));
      return of(weights.asMae(tensors), grid, model);
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private static InitialWeights of(TensorSource tensors, Optional<Grid> from, ModelDescription to)
      throws IOException {
    try {
      WeightMatch match = WeightMatch.of(to.layout(), tensors);
      if (to.layout().trainable().stream().noneMatch(match::holds)) {
        throw new RunRefusedException(
            "model.initial_weights: " + tensors.path() + " " + match.report());
      }
      InitialWeights weights = new InitialWeights(tensors, match);
      Optional<Grid> grid = grid(to);
      if (from.isPresent() && grid.isPresent()) {
        weights.resize(from.get(), grid.get());
      }
      weights.log(to);
      return weights;
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /** Returns the grid of a model whose position tables can be resized. */
  private static Optional<Grid> grid(ModelDescription description) {
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (description instanceof MaeDescription mae) {
      return Optional.of(Grid.of(mae.config().encoder()));
    } else if (description instanceof VitDescription vit) {
      return Optional.of(Grid.of(vit.config()));
    } else if (description instanceof ByolDescription byol) {
      return Optional.of(Grid.of(byol.config().backbone()));
    }
    return Optional.empty();
  }

  private void resize(Grid from, Grid to) throws IOException {
    if (from.prefixRows() != to.prefixRows()) {
      return;
    }
    int prefix = from.prefixRows();
    for (WeightMatch.Difference table : match.differing()) {
      List<Long> found = table.found();
      if (table.name().endsWith(TABLE)
          && found.size() == 3
          && found.get(1) == rows(from)
          && table.expected().equals(List.of(1L, rows(to), found.get(2)))) {
        resized.put(
            table.name(),
            PositionResizing.places(
                tensors.floats(table.name()),
                prefix,
                Math.toIntExact(found.get(2)),
                from.rows(),
                from.columns(),
                to.rows(),
                to.columns(),
                Resampling.BICUBIC));
      }
    }
  }

  private static long rows(Grid grid) {
    return grid.prefixRows() + (long) grid.rows() * grid.columns();
  }

  private void log(ModelDescription model) {
    List<String> kept = new ArrayList<>();
    List<String> fresh = new ArrayList<>();
    for (ParameterSpec spec : model.layout().owners()) {
      if (match.holds(spec)) {
        kept.add(spec.name());
      } else if (spec.trainable() && !resized.containsKey(spec.name())) {
        fresh.add(spec.name());
      }
    }
    LOG.info(
        "initial weights file={} kept={} resized={} new={}",
        tensors.path(),
        kept.size(),
        resized.keySet(),
        fresh.size());
    LOG.debug("initial weights kept={}", kept);
    if (!fresh.isEmpty()) {
      LOG.warn("initial weights do not cover the model file={} new={}", tensors.path(), fresh);
    }
  }

  /** Returns one tensor's values: the file's, those resized, or else those it starts with. */
  FloatBuffer valuesOr(ParameterInitialiser otherwise, ParameterSpec spec) {
    float[] table = resized.get(spec.name());
    return table == null ? match.valuesOr(otherwise, spec) : FloatBuffer.wrap(table);
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
