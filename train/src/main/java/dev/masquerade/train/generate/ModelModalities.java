package dev.masquerade.train.generate;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.sample.Canvas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modalities of a model with what reads and writes their content.
 *
 * <p>A tokenizer that is missing or does not fit is a mistake only once its modality is used, so
 * that a model of twenty modalities can be asked for two of them.
 */
public final class ModelModalities {

  /** Option of grids of ids that lets a tokenizer serve at other sizes than its own. */
  private static final String RESIZE = "resize_tokenizer";

  private final List<ModalitySpec> specs;
  private final Map<ModalityName, ModalityTokenizer> tokenizers;
  private final Map<ModalityName, String> problems;
  private final Map<ModalityName, StoredModality> stored;

  private ModelModalities(
      List<ModalitySpec> specs,
      Map<ModalityName, ModalityTokenizer> tokenizers,
      Map<ModalityName, String> problems,
      Map<ModalityName, StoredModality> stored) {
    this.specs = List.copyOf(specs);
    this.stored = Map.copyOf(stored);
    this.tokenizers = Map.copyOf(tokenizers);
    this.problems = Map.copyOf(problems);
  }

  /**
   * Joins modalities with tokenizers that are open already.
   *
   * @param specs of the model, in run order
   * @param open tokenizers of some or all of them
   */
  public static ModelModalities of(List<ModalitySpec> specs, List<ModalityTokenizer> open) {
    Map<ModalityName, ModalityTokenizer> tokenizers = new LinkedHashMap<>();
    Map<ModalityName, String> problems = new LinkedHashMap<>();
    for (ModalityTokenizer tokenizer : open) {
      tokenizers.put(tokenizer.spec().name(), tokenizer);
    }
    requireSame(specs, tokenizers, Map.of(), problems);
    return new ModelModalities(specs, tokenizers, problems, Map.of());
  }

  /**
   * Opens tokenizers where a run declares them or files are given.
   *
   * @param specs of the model, in run order
   * @param declared by the run that trained the model; empty where there is none
   * @param files of tokenizers or codecs, which go before what the run declares
   * @param catalogue kinds of modality
   * @throws GenerationRefusedException if a file is no tokenizer, or makes other tokens than the
   *     model expects, with both sides
   */
  public static ModelModalities open(
      List<ModalitySpec> specs,
      List<StoredModality> declared,
      Map<ModalityName, Path> files,
      ModalityCatalogue catalogue) {
    Map<ModalityName, StoredModality> stored = new LinkedHashMap<>();
    declared.forEach(modality -> stored.put(modality.name(), modality));
    Map<ModalityName, ModalityTokenizer> tokenizers = new LinkedHashMap<>();
    Map<ModalityName, String> problems = new LinkedHashMap<>();
    for (ModalitySpec spec : specs) {
      Optional<Path> file = Optional.ofNullable(files.get(spec.name()));
      StoredModality from = stored.getOrDefault(spec.name(), guessed(spec, catalogue));
      ModalitySettings settings =
          withTokenizer(from.settings(), file, options(from.settings(), spec, file));
      stored.put(
          spec.name(), new StoredModality(settings, from.type(), from.member(), from.source()));
      try {
        tokenizers.put(spec.name(), catalogue.open(from.type(), settings));
      } catch (InvalidSettingsException e) {
        problems.put(spec.name(), e.setting() + ": " + e.getMessage());
      }
    }
    Map<ModalityName, String> names = new LinkedHashMap<>();
    stored.forEach(
        (name, from) ->
            from.settings().tokenizer().ifPresent(file -> names.put(name, file.toString())));
    requireSame(specs, tokenizers, names, problems);
    requireNamed(files, problems);
    return new ModelModalities(specs, tokenizers, problems, stored);
  }

  /** Refuses files that a person named and that cannot serve. */
  private static void requireNamed(
      Map<ModalityName, Path> files, Map<ModalityName, String> problems) {
    List<String> refused =
        files.keySet().stream()
            .filter(problems::containsKey)
            .sorted(Comparator.comparing(ModalityName::value))
            .map(name -> name + "=" + files.get(name) + ": " + problems.get(name))
            .toList();
    if (!refused.isEmpty()) {
      throw new GenerationRefusedException("--tokenizer " + String.join("; ", refused));
    }
  }

  /** Says what a modality that nobody declared most likely is. */
  private static StoredModality guessed(ModalitySpec spec, ModalityCatalogue catalogue) {
    String base = spec.name().base();
    String type = base;
    if (!catalogue.knows(base)) {
      if (spec.layout() instanceof TokenLayout.Sequence) {
        type = "text";
      } else if (spec.space() instanceof TokenSpace.Discrete) {
        type = "image_tokens";
      } else if (spec.layout() instanceof TokenLayout.Vectors) {
        type = "embedding";
      } else {
        type = "rgb";
      }
    }
    int patch = spec.space() instanceof TokenSpace.Pixels pixels ? pixels.patchSize() : 0;
    int vocabulary = spec.space() instanceof TokenSpace.Discrete ids ? ids.vocabularySize() : 0;
    int longest = spec.layout() instanceof TokenLayout.Grid ? 0 : spec.layout().maxTokens();
    int width = spec.space() instanceof TokenSpace.Continuous vectors ? vectors.width() : 0;
    int size = 0;
    if (spec.layout() instanceof TokenLayout.Grid grid && spec.name().size() > 0) {
      size = spec.name().size();
      patch = patch == 0 ? size / grid.rows() : patch;
    }
    return new StoredModality(
        new ModalitySettings(
            spec.name(),
            size,
            patch,
            vocabulary,
            longest,
            width,
            Optional.empty(),
            spec.roles(),
            Map.of()),
        type,
        base);
  }

  /**
   * Lets a file that was named for grids of ids serve at their size: the released tokenizers are
   * one file for several sizes.
   */
  private static Map<String, String> options(
      ModalitySettings settings, ModalitySpec spec, Optional<Path> file) {
    boolean ids =
        spec.space() instanceof TokenSpace.Discrete && spec.layout() instanceof TokenLayout.Grid;
    if (file.isEmpty() || !ids) {
      return settings.options();
    }
    Map<String, String> options = new LinkedHashMap<>(settings.options());
    options.putIfAbsent(RESIZE, "true");
    return options;
  }

  private static ModalitySettings withTokenizer(
      ModalitySettings settings, Optional<Path> file, Map<String, String> options) {
    return new ModalitySettings(
        settings.name(),
        settings.size(),
        settings.patchSize(),
        settings.vocabularySize(),
        settings.maxTokens(),
        settings.width(),
        file.isPresent() ? file : settings.tokenizer(),
        settings.roles(),
        options,
        settings.pixelLimit());
  }

  /** Sets tokenizers aside whose tokens are others than the model's, naming both sides. */
  private static void requireSame(
      List<ModalitySpec> specs,
      Map<ModalityName, ModalityTokenizer> tokenizers,
      Map<ModalityName, String> files,
      Map<ModalityName, String> problems) {
    for (ModalitySpec spec : specs) {
      ModalityTokenizer tokenizer = tokenizers.get(spec.name());
      if (tokenizer != null
          && !(tokenizer.spec().space().equals(spec.space())
              && tokenizer.spec().layout().equals(spec.layout()))) {
        problems.put(
            spec.name(),
            "the model expects "
                + described(spec)
                + ", and "
                + files.getOrDefault(spec.name(), "its tokenizer")
                + " makes "
                + described(tokenizer.spec()));
        tokenizers.remove(spec.name());
      }
    }
  }

  private static String described(ModalitySpec spec) {
    List<String> words = new ArrayList<>();
    if (spec.layout() instanceof TokenLayout.Grid grid) {
      words.add("a grid of " + grid.rows() + " x " + grid.columns());
    } else {
      words.add("up to " + spec.layout().maxTokens() + " tokens");
    }
    words.add(vocabulary(spec));
    return String.join(", ", words);
  }

  /** Says what stands at a place. */
  static String vocabulary(ModalitySpec spec) {
    List<String> words = new ArrayList<>();
    if (spec.space() instanceof TokenSpace.Discrete ids) {
      words.add("a vocabulary of " + ids.vocabularySize());
    } else {
      words.add(String.valueOf(spec.space()));
    }
    if (spec.layout() instanceof TokenLayout.Sequence sequence) {
      words.add(
          sequence.marks().sentinelCount()
              + " sentinels from id "
              + sequence.marks().firstSentinelId());
    }
    return String.join(", ", words);
  }

  /** Returns what the tokens are, in run order. */
  public List<ModalitySpec> specs() {
    return specs;
  }

  /**
   * Returns what the tokens of a modality are.
   *
   * @throws IllegalArgumentException if the model has no such modality
   */
  public ModalitySpec spec(ModalityName name) {
    return specs.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the model has no modality " + name));
  }

  /** Returns the names of what the encoder can see, in run order. */
  public List<ModalityName> inputs() {
    return specs.stream().filter(ModalitySpec::isInput).map(ModalitySpec::name).toList();
  }

  /** Returns the names of what can be generated, in run order: targets that are ids. */
  public List<ModalityName> targets() {
    return specs.stream().filter(Canvas::canBeGenerated).map(ModalitySpec::name).toList();
  }

  /**
   * Finds the input that a person means.
   *
   * @param written {@code rgb@64}, {@code rgb}, or {@code depth} for {@code tok_depth@64}
   */
  public ModalityName input(String written) {
    return ModalityChoice.of(written, inputs(), "an input of the model");
  }

  /** Finds the target that a person means, see {@link #input}. */
  public ModalityName target(String written) {
    return ModalityChoice.of(written, targets(), "a target that the model can decode");
  }

  /** Returns what reads and writes a modality; empty where it could not be opened. */
  public Optional<ModalityTokenizer> find(ModalityName name) {
    return Optional.ofNullable(tokenizers.get(name));
  }

  /**
   * Returns what reads and writes a modality.
   *
   * @throws GenerationRefusedException saying why there is none
   */
  public ModalityTokenizer tokenizer(ModalityName name) {
    ModalityTokenizer tokenizer = tokenizers.get(name);
    if (tokenizer == null) {
      throw new GenerationRefusedException(
          name
              + " has no tokenizer that can be used: "
              + problems.getOrDefault(name, "none was given")
              + ". Name one with --tokenizer "
              + name
              + "=FILE");
    }
    return tokenizer;
  }

  /**
   * Returns how data declare a modality, for manifests of what was generated; empty where
   * tokenizers were open already.
   */
  public Optional<StoredModality> declaration(ModalityName name) {
    return Optional.ofNullable(stored.get(name));
  }

  /**
   * Says why nothing but ids can be written of a modality; empty where ids can be turned into what
   * they stand for.
   */
  public Optional<String> onlyIds(ModalityName name) {
    ModalityTokenizer tokenizer = tokenizers.get(name);
    if (tokenizer != null && (tokenizer.codec().isPresent() || tokenizer.text().isPresent())) {
      return Optional.empty();
    }
    return Optional.of(
        problems.getOrDefault(name, "it has no tokenizer")
            + ". Name one with --tokenizer "
            + name
            + "=FILE");
  }

  /**
   * Tells the tokenizer of a modality from others by its content; empty where it has none, or no
   * content of its own.
   */
  public Optional<String> fingerprint(ModalityName name) throws IOException {
    String codec =
        find(name).flatMap(ModalityTokenizer::codec).map(TokenCodec::fingerprint).orElse("");
    if (!codec.isEmpty()) {
      return Optional.of(codec);
    }
    Optional<Path> file =
        find(name)
            .flatMap(tokenizer -> declaration(name))
            .flatMap(declared -> declared.settings().tokenizer())
            .filter(Files::isRegularFile);
    return file.isEmpty() ? Optional.empty() : Optional.of(ShardDigest.of(file.get()));
  }
}
