package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * 4M models and tokenizers in a file, told from their embeddings and from what surrounds their
 * codes: alone, or below the keys of a training program's checkpoint such as {@code model.} and
 * {@code model_ema.}.
 *
 * @param prefix what stands in the file before the names of the model that was taken
 * @param others what stands before those of further models
 */
public record ModelParts(String prefix, List<String> others) {

  private static final Pattern EMBEDDING =
      Pattern.compile("(.*?)(?:encoder|decoder)_embeddings\\..+\\.mod_emb");
  private static final Pattern CODES =
      Pattern.compile(
          "((?:.*?\\.)?)(?:quant_proj\\.weight|quantize\\.(?:codes|_codebook\\.embed))");
  private static final Pattern AVERAGE = Pattern.compile(".*(?:ema|average).*");

  /** Where a program keeps the momentum of an optimizer, whose names are like a model's. */
  private static final Pattern MEMORY = Pattern.compile("(?:.*\\.)?(?:optimizer|scaler)\\..*");

  public ModelParts {
    others = List.copyOf(others);
  }

  /**
   * Looks for models.
   *
   * @return empty where there is none
   * @throws InvalidWeightsException if the one that is asked for is not there, naming those that
   *     are
   */
  public static Optional<ModelParts> of(TensorSource file, WeightChoice choice)
      throws InvalidWeightsException {
    Set<String> found = new LinkedHashSet<>();
    for (TensorEntry entry : file.tensors()) {
      if (!MEMORY.matcher(entry.name()).matches()) {
        prefix(entry.name()).ifPresent(found::add);
      }
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> trained = new ArrayList<>(found);
    trained.removeIf(prefix -> AVERAGE.matcher(prefix).matches());
    List<String> averages = new ArrayList<>(found);
    averages.removeAll(trained);
    List<String> wanted =
        switch (choice) {
          case AUTO -> trained.isEmpty() ? averages : trained;
          case MODEL -> trained;
          case EMA -> averages;
        };
    if (wanted.isEmpty()) {
      throw new InvalidWeightsException(
          file.path(),
          "holds no "
              + (choice == WeightChoice.EMA ? "moving average of its weights" : "trained weights")
              + ", only "
              + String.join(", ", found.stream().map(ModelParts::title).toList())
              + ". Choose "
              + (choice == WeightChoice.EMA ? "model" : "ema"));
    }
    String prefix = wanted.get(0);
    found.remove(prefix);
    return Optional.of(new ModelParts(prefix, List.copyOf(found)));
  }

  /** Returns what stands before a model's names, where one of its tensors tells. */
  private static Optional<String> prefix(String name) {
    for (Pattern anchor : List.of(EMBEDDING, CODES)) {
      Matcher matcher = anchor.matcher(name);
      if (matcher.matches()) {
        return Optional.of(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  /** Says whether a tensor is one that tokenizers alone have, by its name. */
  static boolean isTokenizers(String name) {
    return CODES.matcher(name).matches();
  }

  /** Says whether the file is nothing but this model, under its own names. */
  public boolean isWhole() {
    return prefix.isEmpty() && others.isEmpty();
  }

  /** Returns the tensors of the model that was taken, under its own names. */
  public RenamedTensors tensors(TensorSource file) throws InvalidWeightsException {
    Map<String, String> names = new LinkedHashMap<>();
    for (TensorEntry entry : file.tensors()) {
      String name = entry.name();
      // Below an empty prefix lies everything, other models too.
      if (name.startsWith(prefix)
          && others.stream()
              .noneMatch(other -> other.length() > prefix.length() && name.startsWith(other))
          && !MEMORY.matcher(name).matches()) {
        names.put(name.substring(prefix.length()), name);
      }
    }
    return new RenamedTensors(file, names);
  }

  /** Returns what was taken, in words. */
  public String describe() {
    return others.isEmpty()
        ? "its only model, " + title(prefix)
        : title(prefix)
            + ", not "
            + String.join(" or ", others.stream().map(ModelParts::title).toList());
  }

  private static String title(String prefix) {
    return prefix.isEmpty()
        ? "without a key"
        : "\"" + prefix.substring(0, prefix.length() - 1) + "\"";
  }
}
