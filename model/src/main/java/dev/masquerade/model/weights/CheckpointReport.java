package dev.masquerade.model.weights;

import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.weights.released.RecognisedWeights;
import dev.masquerade.model.weights.released.ReleasedFourM;
import dev.masquerade.model.weights.released.ReleasedTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a checkpoint holds, as text: model, tensors with shapes, parameters, and where it came from.
 * Reads files alone, and no tensor values.
 */
public final class CheckpointReport {

  /** Files of a checkpoint that are text about its origin, shown as they stand. */
  private static final List<String> PROVENANCE =
      List.of("checkpoint.textproto", "../../provenance.json");

  private static final int LONGEST_VALUE = 400;
  private static final long LONGEST_TEXT = 64 << 10;

  /**
   * What a checkpoint holds.
   *
   * @param text the report
   * @param usable whether config and weights, as far as there are both, fit each other
   */
  public record Finding(String text, boolean usable) {}

  private CheckpointReport() {}

  /** Describes a checkpoint with every tensor. */
  public static String of(Path path) throws IOException {
    return of(path, true);
  }

  /**
   * Describes a checkpoint.
   *
   * @param everything whether to list every tensor, rather than a line for each block and part
   * @param path a file of tensors, a directory with {@code model.safetensors}, or a run directory,
   *     whose latest checkpoint is described
   * @throws InvalidWeightsException if there is none, or it is damaged
   */
  public static String of(Path path, boolean everything) throws IOException {
    return examine(path, everything).text();
  }

  /** Describes a checkpoint as {@link #of(Path, boolean)} does, and says whether it is of use. */
  public static Finding examine(Path path, boolean everything) throws IOException {
    Path weights = CheckpointPath.weights(path);
    Path found = weights.equals(path) ? path : weights.resolveSibling("");
    StringBuilder text = new StringBuilder();
    boolean usable;
    try (TensorSource file = TensorSource.open(weights)) {
      text.append(file.path()).append(System.lineSeparator());
      text.append(
          String.format(Locale.ROOT, "%,d bytes, %d tensors%n", size(file), file.tensors().size()));
      text.append(RecognisedWeights.of(file).describe());
      usable = description(found, file, text);
      tensors(file, text, everything);
      metadata(file, text);
    }
    if (Files.isDirectory(found)) {
      provenance(found, text);
    }
    return new Finding(text.toString(), usable);
  }

  private static long size(TensorSource file) throws IOException {
    long size = Files.size(file.path());
    if (file instanceof ShardedTensors shards) {
      for (Path shard : shards.files()) {
        size += Files.size(shard);
      }
    }
    return size;
  }

  /** Returns whether the model is understood and its weights fit. */
  private static boolean description(Path found, TensorSource file, StringBuilder text)
      throws IOException {
    boolean described =
        Files.exists(file.path().resolveSibling(StoredModel.CONFIG))
            || StoredModel.describesItself(file.path());
    if (!described) {
      return true;
    }
    boolean usable;
    try (StoredModel model = StoredModel.open(found)) {
      WeightMatch match = model.match();
      usable = match.fits();
      model
          .taken()
          .ifPresent(
              taken ->
                  text.append("taken: ").append(taken.describe()).append(System.lineSeparator()));
      if (model.description() instanceof FourMDescription fourM) {
        released(found, ReleasedFourM.like(fourM).stream().map(ReleasedFourM::name).toList(), text);
      } else if (model.description() instanceof TokenizerDescription tokenizer) {
        released(
            found,
            ReleasedTokenizer.like(tokenizer).stream().map(ReleasedTokenizer::name).toList(),
            text);
      }
      text.append(ModelSummary.of(model.description()).lines().findFirst().orElse(""));
      text.append(System.lineSeparator()).append(match.report()).append(System.lineSeparator());
      ParameterLayout layout = model.description().layout();
      text.append(
          String.format(
              Locale.ROOT,
              "%,d parameters, %,d of them outside embeddings and heads%n",
              layout.trainableCount(),
              layout.backboneCount()));
    } catch (InvalidWeightsException e) {
      usable = false;
      text.append("model not understood: ").append(e.getMessage()).append(System.lineSeparator());
    }
    for (DimensionChain.Joint joint : DimensionChain.of(file).broken()) {
      usable = false;
      text.append("does not fit: ").append(joint).append(System.lineSeparator());
    }
    return usable;
  }

  /** Says which released models have these parts. */
  private static void released(Path found, List<String> like, StringBuilder text) {
    if (!like.isEmpty()) {
      text.append("has the parts of ").append(String.join(", ", like));
      text.append(System.lineSeparator());
    }
    Path directory = found.toAbsolutePath().getFileName();
    String name = String.valueOf(directory);
    Optional<String> meant =
        ReleasedFourM.named(name)
            .map(ReleasedFourM::name)
            .or(() -> ReleasedTokenizer.named(name).map(ReleasedTokenizer::name));
    if (meant.isPresent() && !like.contains(meant.get())) {
      text.append("does not have the parts of ").append(meant.get());
      text.append(", as which its directory is called").append(System.lineSeparator());
    }
  }

  private static void tensors(TensorSource file, StringBuilder text, boolean everything) {
    Map<ElementType, Long> perType = new TreeMap<>();
    List<TensorEntry> entries = new ArrayList<>(file.tensors());
    entries.sort(TensorOrder.BY_NAME);
    TensorTable table = new TensorTable();
    for (TensorEntry entry : entries) {
      table.add(
          new TensorTable.Row(
              entry.name(),
              entry.shape(),
              entry.elements(),
              entry.elements(),
              entry.type().name()));
      perType.merge(entry.type(), entry.elements(), Long::sum);
    }
    text.append(System.lineSeparator()).append(everything ? table.text() : table.brief());
    perType.forEach(
        (type, count) ->
            text.append(String.format(Locale.ROOT, "%,d values of %s%n", count, type)));
  }

  private static void metadata(TensorSource file, StringBuilder text) {
    if (file.metadata().isEmpty()) {
      return;
    }
    text.append(System.lineSeparator()).append("metadata").append(System.lineSeparator());
    new TreeMap<>(file.metadata())
        .forEach(
            (key, value) ->
                text.append("  ")
                    .append(key)
                    .append(" = ")
                    .append(
                        value.length() > LONGEST_VALUE
                            ? value.substring(0, LONGEST_VALUE) + "..."
                            : value)
                    .append(System.lineSeparator()));
  }

  private static void provenance(Path directory, StringBuilder text) throws IOException {
    for (String name : PROVENANCE) {
      Path file = directory.toAbsolutePath().resolve(name).normalize();
      if (Files.isRegularFile(file) && Files.size(file) <= LONGEST_TEXT) {
        text.append(System.lineSeparator())
            .append(file.getFileName())
            .append(System.lineSeparator());
        Files.readString(file)
            .lines()
            .forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
      }
    }
  }
}
