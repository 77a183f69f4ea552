package dev.masquerade.train.generate;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.sample.Canvas;
import dev.masquerade.model.sample.Sampler;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.WeightedCondition;
import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.train.RunModel;
import dev.masquerade.train.config.MissingManifests;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import dev.masquerade.train.plan.DefaultPlans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes any modalities of a trained model from any others.
 *
 * <p>A row's result depends on the weights, the plan, and the prompt's seed and conditions. On a
 * CPU the same plan, seeds and batch give the same bits tomorrow. Alone and in another batch a row
 * has the same draws and dtypes, and in float32 logits that are equal within 1e-4: the same tokens,
 * except where a draw falls within that difference. In bfloat16 the difference is that dtype's
 * rounding. Used by one thread.
 */
public final class Generator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Generator.class);

  private static final int FEW_STEPS = 4;

  private final RunModel model;
  private final boolean ownsModel;
  private final ModelModalities modalities;
  private final ContentDecoder decoder;
  private final Augmenter view;
  private final String stamp;
  private final Sampler sampler;

  private Generator(
      RunModel model, boolean ownsModel, ModelModalities modalities, Augmenter view, String stamp) {
    this.model = model;
    this.ownsModel = ownsModel;
    this.modalities = modalities;
    this.decoder = new ContentDecoder(modalities);
    this.view = view;
    this.stamp = stamp;
    this.sampler = new Sampler(model.tokenPredictor(), model.precision());
  }

  /**
   * Generates with a model that is open already.
   *
   * @param model stays the caller's to close, after this
   * @param tokenizers of its modalities, in run order
   */
  public static Generator over(RunModel model, List<ModalityTokenizer> tokenizers) {
    return new Generator(
        model,
        false,
        ModelModalities.of(model.description().modalities(), tokenizers),
        new CentreCrop(0),
        model.description().headline());
  }

  /**
   * Opens a model with its modalities.
   *
   * @param path a run directory, of which the latest checkpoint counts; a checkpoint of one; a
   *     directory with {@code config.json} and {@code model.safetensors}; or a file of weights
   * @param tokenizers files for modalities as a person names them, where no run declares them or
   *     others are wanted
   * @param catalogue kinds of modality
   * @throws dev.masquerade.train.checkpoint.RunRefusedException if the model predicts no tokens
   * @throws GenerationRefusedException if a tokenizer is named for a modality that it lacks
   */
  public static Generator open(
      Path path,
      Map<String, Path> tokenizers,
      ModalityCatalogue catalogue,
      DeviceChoice device,
      PrecisionChoice precision)
      throws IOException {
    Path weights = CheckpointPath.weights(path);
    Optional<RunConfig> run = run(weights, catalogue);
    RunModel model = RunModel.open(stored(weights), device, precision);
    try {
      model.tokenPredictor();
      ModelDescription description = model.description();
      Map<ModalityName, Path> files = new HashMap<>();
      List<ModalityName> names =
          description.modalities().stream().map(spec -> spec.name()).toList();
      tokenizers.forEach(
          (written, file) ->
              files.put(
                  ModalityChoice.of(written, names, "a modality of the model"),
                  file.toAbsolutePath().normalize()));
      List<StoredModality> declared = run.map(RunConfig::modalities).orElse(List.of());
      return new Generator(
          model,
          true,
          ModelModalities.open(description.modalities(), declared, files, catalogue),
          run.map(config -> config.data().evaluation()).orElseGet(() -> new CentreCrop(0)),
          stamp(weights));
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Returns the directory of weights that describe themselves, else the file. */
  private static Path stored(Path weights) {
    Path directory = weights.toAbsolutePath().getParent();
    return directory != null
            && weights.endsWith("model.safetensors")
            && Files.exists(directory.resolve("config.json"))
        ? directory
        : weights;
  }

  /** Returns the modalities of a model without opening more of it than its description. */
  static List<ModalityName> names(Path path) throws IOException {
    try (StoredModel model = StoredModel.open(stored(CheckpointPath.weights(path)))) {
      return model.description().modalities().stream().map(ModalitySpec::name).toList();
    }
  }

  /** Reads the run whose checkpoint a file is; empty where it is no run's, or its data are gone. */
  private static Optional<RunConfig> run(Path weights, ModalityCatalogue catalogue)
      throws IOException {
    Path directory = weights.toAbsolutePath().normalize().getParent();
    for (int up = 0; up < 2 && directory != null; up++) {
      directory = directory.getParent();
    }
    if (directory == null || !Files.isRegularFile(directory.resolve("run.textproto"))) {
      return Optional.empty();
    }
    Path file = directory.resolve("run.textproto");
    List<Path> missing = MissingManifests.of(file);
    if (!missing.isEmpty()) {
      LOG.warn(
          "{}: its data are gone, {} does not exist. What its modalities are is guessed from the"
              + " model; name tokenizers with --tokenizer, or put the data back.",
          file,
          missing.get(0));
      return Optional.empty();
    }
    return Optional.of(new RunConfigReader(catalogue.names()).read(file));
  }

  private static String stamp(Path weights) throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d bytes of %s",
        weights.toAbsolutePath().normalize(),
        Files.size(weights),
        Files.getLastModifiedTime(weights).toInstant());
  }

  /** Tells the weights from all others: file, size and time, where a file was opened. */
  public String stamp() {
    return stamp;
  }

  /** Returns what model it is. */
  public ModelDescription description() {
    return model.description();
  }

  /** Returns the model. */
  RunModel model() {
    return model;
  }

  /** Returns the arithmetic of its linear layers. */
  Precision precision() {
    return model.precision();
  }

  /** Returns its modalities. */
  public ModelModalities modalities() {
    return modalities;
  }

  /** Returns which part of a picture it looks at: as evaluation of its run does. */
  public Augmenter view() {
    return view;
  }

  /** Returns a reader of conditions. */
  public ConditionReader conditions(Consumer<String> remarks) {
    return new ConditionReader(modalities, view, remarks);
  }

  /**
   * Returns a plan that does well without anybody's choice.
   *
   * @param inputs what will be shown
   * @param targets in the order in which they are made, each seeing those before
   */
  public SamplingPlan defaultPlan(Set<ModalityName> inputs, List<ModalityName> targets, long seed) {
    return DefaultPlans.of(model.description(), inputs, targets, seed);
  }

  /** Returns the plan for what is likeliest, in few steps: the same whatever the seed. */
  SamplingPlan likeliest(Set<ModalityName> inputs, List<ModalityName> targets) {
    return new PlanChanges(
            OptionalInt.of(FEW_STEPS),
            OptionalDouble.of(0),
            OptionalDouble.empty(),
            OptionalDouble.empty())
        .of(defaultPlan(inputs, targets, 0), inputs);
  }

  /**
   * Refuses a plan that does not fit the model or what will be shown, or leaves places of a grid
   * open.
   *
   * @param shown modalities of the conditions
   * @throws GenerationRefusedException with every problem
   */
  public void require(SamplingPlan plan, Set<ModalityName> shown) {
    List<String> problems = new ArrayList<>();
    Set<ModalityName> there = new HashSet<>(shown);
    List<ModalityName> targets = modalities.targets();
    for (TargetPlan target : plan.targets()) {
      if (!targets.contains(target.target())) {
        problems.add(
            target.target()
                + " is no target that the model can decode. It has "
                + ModalityChoice.listed(targets));
        continue;
      }
      int longest = modalities.spec(target.target()).layout().maxTokens();
      if (target.tokens() > longest) {
        problems.add(
            "the plan asks for "
                + target.tokens()
                + " tokens of "
                + target.target()
                + ", which has "
                + longest);
      }
      // Of what is shown in part, fewer places may be open: generate looks.
      if (!shown.contains(target.target()) && target.tokens() < places(target.target())) {
        problems.add(tooFew(target, places(target.target())));
      }
      for (WeightedCondition condition : target.guidance().conditions()) {
        Set<ModalityName> missing = new TreeSet<>(condition.modalities());
        missing.removeAll(there);
        if (!missing.isEmpty()) {
          problems.add(
              target.target()
                  + " is guided by "
                  + ModalityChoice.listed(missing)
                  + ", which is not among the conditions. Give it with --from, or leave the"
                  + " guidance out");
        }
      }
      there.add(target.target());
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  /** Returns how many places a grid has; 0 for texts, which end where they like. */
  private int places(ModalityName name) {
    return modalities.spec(name).layout() instanceof TokenLayout.Grid grid ? grid.places() : 0;
  }

  /** Returns how many places of a grid a prompt leaves to be generated. */
  private int open(Prompt prompt, ModalityName name) {
    for (PartialTarget target : prompt.partial()) {
      if (target.modality().equals(name)) {
        return count(target.asked());
      }
    }
    for (Condition condition : prompt.conditions()) {
      boolean[] ignored = condition.ignored();
      if (condition.modality().equals(name) && ignored != null) {
        return Math.min(places(name), count(ignored));
      }
    }
    return places(name);
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  private static String tooFew(TargetPlan plan, int open) {
    return "the plan makes "
        + plan.tokens()
        + " tokens of "
        + plan.target()
        + ", of which "
        + open
        + " places are open. Leave tokens out of the plan for all";
  }

  /**
   * Generates.
   *
   * @param prompts any number; more at a time are faster, and take more memory
   * @param plan of which every prompt gets all targets
   * @param listener told every step
   * @return what became of every prompt, in order
   * @throws GenerationRefusedException if a prompt does not fit the model, or the plan makes fewer
   *     tokens of a grid than the prompt leaves open
   */
  public List<GeneratedSample> generate(
      List<Prompt> prompts, SamplingPlan plan, SamplingListener listener) {
    List<Canvas> canvases = new ArrayList<>();
    long[] seeds = new long[prompts.size()];
    for (int row = 0; row < seeds.length; row++) {
      canvases.add(canvas(prompts.get(row), plan));
      seeds[row] = prompts.get(row).seed();
    }
    sampler.sample(canvases, seeds, plan, listener);
    List<List<GeneratedModality>> rows = new ArrayList<>();
    prompts.forEach(prompt -> rows.add(new ArrayList<>()));
    for (TargetPlan target : plan.targets()) {
      List<int[]> ids = canvases.stream().map(canvas -> canvas.ids(target.target())).toList();
      List<GeneratedContent> contents = decoder.decode(target.target(), ids);
      for (int row = 0; row < ids.size(); row++) {
        rows.get(row).add(new GeneratedModality(target.target(), ids.get(row), contents.get(row)));
      }
    }
    List<GeneratedSample> samples = new ArrayList<>();
    for (int row = 0; row < seeds.length; row++) {
      samples.add(new GeneratedSample(prompts.get(row).key(), seeds[row], rows.get(row)));
    }
    return samples;
  }

  private Canvas canvas(Prompt prompt, SamplingPlan plan) {
    try {
      return painted(prompt, plan);
    } catch (IllegalArgumentException e) {
      throw new GenerationRefusedException(prompt.key() + ": " + e.getMessage(), e);
    }
  }

  private Canvas painted(Prompt prompt, SamplingPlan plan) {
    Canvas canvas = new Canvas(model.description().modalities());
    for (Condition condition : prompt.conditions()) {
      if (condition.ignored() == null) {
        canvas.see(condition.modality(), condition.tokens());
      } else {
        canvas.see(condition.modality(), condition.tokens(), condition.ignored());
      }
    }
    Set<ModalityName> partial = new HashSet<>();
    for (PartialTarget target : prompt.partial()) {
      canvas.see(target.modality(), target.known(), target.asked());
      canvas.ask(target.modality(), target.asked());
      partial.add(target.modality());
    }
    for (TargetPlan target : plan.targets()) {
      int open = open(prompt, target.target());
      if (target.tokens() < open) {
        throw new GenerationRefusedException(prompt.key() + ": " + tooFew(target, open));
      }
      if (!partial.contains(target.target())) {
        canvas.ask(target.target());
      }
    }
    return canvas;
  }

  /** Decodes ids of one modality as results are decoded: steps of an animation, for example. */
  public List<GeneratedContent> decode(ModalityName name, List<int[]> rows) {
    return decoder.decode(name, rows);
  }

  @Override
  public void close() {
    sampler.close();
    if (ownsModel) {
      model.close();
    }
  }
}
