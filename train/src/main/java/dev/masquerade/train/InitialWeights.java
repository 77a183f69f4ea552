package dev.masquerade.train;

import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.codec.VqTensors;
import dev.masquerade.model.codec.diffusion.DivaeDescription;
import dev.masquerade.model.lora.AdapterNames;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
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
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weights that a new run starts from: a run's, a directory's, or a file's, also those that other
 * programs wrote.
 *
 * <p>Position tables of another grid are resized, bicubic; rows of class and register tokens stay
 * as they are. What else a 4M model takes from one with other modalities, sizes or vocabularies:
 * {@link FourMStart}.
 */
final class InitialWeights implements Closeable {

  /** How many tensors a message names. */
  private static final int NAMED_SHAPES = 6;

  private static final Logger LOG = LoggerFactory.getLogger(InitialWeights.class);
  private static final String TABLE = "pos_embed";
  private static final int NAMED = 8;

  /** The grid that position tables are made for. */
  private record Grid(int rows, int columns, int prefixRows) {
    static Grid of(VitConfig encoder) {
      return new Grid(encoder.rows(), encoder.columns(), encoder.prefixRows());
    }
  }

  private final TensorSource tensors;
  private final WeightMatch match;
  private final Map<String, FourMStart.Adjustment> adjusted = new HashMap<>();

  /** Tensors that start as new ones though the weights may have them. */
  private final Set<String> fresh = new HashSet<>();

  private final StartReport report = new StartReport();

  private InitialWeights(TensorSource tensors, WeightMatch match) {
    this.tensors = tensors;
    this.match = match;
  }

  /**
   * Opens weights and logs what becomes of every tensor of a model.
   *
   * @param path a run directory, of which the latest checkpoint counts; a directory with {@code
   *     model.safetensors}; or a file of weights, also those that PyTorch wrote
   * @throws RunRefusedException if no tensor is one of the model's, or if the model trains adapters
   *     or a decoder alone and the weights lack something else
   */
  static InitialWeights open(Path path, ModelDescription model) throws IOException {
    Path file = CheckpointPath.weights(path);
    if (StoredModel.describesItself(file)) {
      StoredModel stored = StoredModel.open(file);
      stored.taken().ifPresent(taken -> LOG.info("initial weights taken={}", taken.describe()));
      if (model instanceof FourMDescription to
          && stored.description() instanceof FourMDescription from) {
        boolean same = from.config().lora().equals(to.config().lora());
        return fourM(same ? stored : stored.fused(), to);
      }
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
      InitialWeights weights = new InitialWeights(tensors, match(tensors, to));
      Optional<Grid> grid = grid(to);
      if (from.isPresent() && grid.isPresent()) {
        weights.resize(from.get(), grid.get());
      }
      weights.startCodesAnew(to.layout());
      weights.tell(to, name -> Optional.of(StartReport.Fate.INTERPOLATED));
      if (to instanceof DivaeDescription divae && divae.config().frozenEncoder()) {
        weights.requireFrozenEncoder(divae);
      }
      return weights;
    } catch (IOException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /**
   * Forgets what the weights say of codes that the model starts anew: how often each was used,
   * where it was drawn to, and that they need not be clustered. Codes that are kept have started,
   * also where the weights do not say so.
   */
  private void startCodesAnew(ParameterLayout layout) {
    if (!layout.contains(VqTensors.CODES)) {
      return;
    }
    if (match.holds(layout.get(VqTensors.CODES))) {
      if (!match.holds(layout.get(VqTensors.STARTED))) {
        adjusted.put(VqTensors.STARTED, (otherwise, spec) -> new float[] {1});
      }
      return;
    }
    layout.owners().stream()
        .map(ParameterSpec::name)
        .filter(VqTensors::ofCodes)
        .forEach(fresh::add);
  }

  private static InitialWeights fourM(StoredModel stored, FourMDescription to) throws IOException {
    try {
      FourMStart start =
          new FourMStart((FourMDescription) stored.description(), to, stored.tensors());
      TensorSource renamed = start.renamed();
      InitialWeights weights = new InitialWeights(renamed, match(renamed, to));
      start.adjust(weights.match, renamed);
      for (ParameterSpec spec : to.layout().owners()) {
        start
            .adjustment(spec.name())
            .ifPresent(adjustment -> weights.adjusted.put(spec.name(), adjustment));
      }
      start
          .relatives()
          .forEach((name, other) -> LOG.info("initial weights modality={} from={}", name, other));
      weights.tell(to, start::fate);
      weights.requireWhatIsNotTrained(to);
      return weights;
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  private static WeightMatch match(TensorSource tensors, ModelDescription to) throws IOException {
    WeightMatch match = WeightMatch.of(to.layout(), tensors);
    if (to.layout().owners().stream().noneMatch(spec -> spec.learnt() && match.holds(spec))) {
      throw new RunRefusedException(
          "model.initial_weights: " + tensors.path() + " " + match.report());
    }
    if (!match.torn().isEmpty()) {
      LOG.warn(
          "the model ties heads to embeddings, which differ in the initial weights; the heads' own"
              + " values are left out. Set model.tie_embeddings to false to keep them: {}",
          match.torn());
    }
    return match;
  }

  /** Refuses weights that lack something of a model in which nothing but adapters is trained. */
  private void requireWhatIsNotTrained(FourMDescription to) {
    List<String> lacking =
        to.layout().owners().stream()
            .filter(spec -> spec.learnt() && !spec.trainable())
            .map(ParameterSpec::name)
            .filter(name -> !match.holds(to.layout().get(name)) && !adjusted.containsKey(name))
            .toList();
    if (!lacking.isEmpty()) {
      throw new RunRefusedException(
          "model.lora trains adapters alone, but "
              + tensors.path()
              + " lacks "
              + lacking.size()
              + " tensors of the model, which would never be trained: "
              + named(lacking)
              + ". Set lora.embeddings to train embeddings and heads of new modalities, or leave"
              + " lora out");
    }
  }

  /** Refuses weights that lack something of an encoder, or codes, that are never trained. */
  private void requireFrozenEncoder(DivaeDescription to) {
    List<String> lacking =
        to.layout().owners().stream()
            .filter(spec -> spec.learnt() && !to.isDecoder(spec.name()) && !match.holds(spec))
            .map(ParameterSpec::name)
            .toList();
    if (!lacking.isEmpty()) {
      throw new RunRefusedException(
          "diffusion.frozen_encoder trains the decoder alone, but "
              + tensors.path()
              + " lacks "
              + lacking.size()
              + " tensors of encoder and codes, or has them in another shape, which would never be"
              + " trained: "
              + named(lacking)
              + ". Give model.tokenizer the encoder, latent_dim and codebook of these weights, or"
              + " leave frozen_encoder out");
    }
  }

  private static String named(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (names.size() > NAMED ? ", ..." : "");
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
        float[] resized =
            PositionResizing.places(
                tensors.floats(table.name()),
                prefix,
                Math.toIntExact(found.get(2)),
                from.rows(),
                from.columns(),
                to.rows(),
                to.columns(),
                Resampling.BICUBIC);
        adjusted.put(table.name(), (otherwise, spec) -> resized);
      }
    }
  }

  private static long rows(Grid grid) {
    return grid.prefixRows() + (long) grid.rows() * grid.columns();
  }

  private void tell(
      ModelDescription model, Function<String, Optional<StartReport.Fate>> ofAdjusted) {
    for (ParameterSpec spec : model.layout().owners()) {
      String name = spec.name();
      report.add(
          name,
          adjusted.containsKey(name)
              ? ofAdjusted.apply(name).orElse(StartReport.Fate.INTERPOLATED)
              : holds(spec)
                  ? StartReport.Fate.KEPT
                  : spec.learnt() || fresh.contains(name)
                      ? StartReport.Fate.NEW
                      : StartReport.Fate.COMPUTED);
    }
    LOG.info(
        "initial weights file={} kept={} interpolated={} grown={} cut={} new={}",
        tensors.path(),
        report.count(StartReport.Fate.KEPT),
        report.count(StartReport.Fate.INTERPOLATED),
        report.count(StartReport.Fate.GROWN),
        report.count(StartReport.Fate.CUT),
        report.count(StartReport.Fate.NEW));
    report.lines().forEach(line -> LOG.info("initial weights of {}", line));
    List<String> unknown = new ArrayList<>(report.names(StartReport.Fate.NEW));
    unknown.removeIf(AdapterNames::isAdapter);
    if (!unknown.isEmpty()) {
      LOG.warn(
          "{} does not hold {} tensors of the model, which start anew: {}",
          tensors.path(),
          unknown.size(),
          byModule(unknown));
    }
    List<WeightMatch.Difference> unused =
        match.differing().stream()
            .filter(difference -> unknown.contains(model.layout().owner(difference.name())))
            .toList();
    if (!unused.isEmpty()) {
      List<String> shapes =
          unused.stream()
              .limit(NAMED_SHAPES)
              .map(
                  difference ->
                      difference.name()
                          + " is "
                          + difference.found()
                          + " where the model has "
                          + difference.expected())
              .toList();
      int others = unused.size() - shapes.size();
      LOG.warn(
          "initial weights of another shape are left out: {}{}",
          String.join(", ", shapes),
          others > 0 ? " and " + others + " more" : "");
    }
  }

  /** Counts tensors by the first part of their names; a few are named themselves. */
  static String byModule(List<String> names) {
    if (names.size() <= NAMED_SHAPES) {
      return String.join(", ", names);
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      counts.merge(dot < 0 ? name : name.substring(0, dot), 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((module, count) -> parts.add(count + " of " + module));
    return String.join(", ", parts);
  }

  private boolean holds(ParameterSpec spec) {
    return match.holds(spec) && !fresh.contains(spec.name());
  }

  /** Returns what becomes of every tensor. */
  StartReport report() {
    return report;
  }

  /** Returns one tensor's values: the file's, those made of them, or else those it starts with. */
  FloatBuffer valuesOr(ParameterInitialiser otherwise, ParameterSpec spec) {
    FourMStart.Adjustment adjustment = adjusted.get(spec.name());
    if (adjustment != null) {
      return FloatBuffer.wrap(adjustment.of(otherwise, spec));
    }
    return holds(spec) ? match.values(spec) : FloatBuffer.wrap(otherwise.values(spec));
  }

  static float[] floats(TensorSource tensors, String name) {
    try {
      return tensors.floats(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
