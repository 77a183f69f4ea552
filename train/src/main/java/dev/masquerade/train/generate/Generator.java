package dev.masquerade.train.generate;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.sample.Canvas;
import dev.masquerade.model.sample.PlanProblems;
import dev.masquerade.model.sample.Sampler;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.train.RunModel;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.plan.DefaultPlans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

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
   * @throws GenerationRefusedException if a tokenizer is named for a modality that it lacks, or one
   *     that does not fit
   */
  public static Generator open(
      Path path,
      Map<String, Path> tokenizers,
      ModalityCatalogue catalogue,
      DeviceChoice device,
      PrecisionChoice precision)
      throws IOException {
    ModelFile file = ModelFile.of(path);
    Optional<RunConfig> run = file.run(catalogue);
    RunModel model = RunModel.open(file.stored(), device, precision);
    try {
      model.tokenPredictor();
      ModelDescription description = model.description();
      Map<ModalityName, Path> files = new HashMap<>();
      List<ModalityName> names =
          description.modalities().stream().map(spec -> spec.name()).toList();
      tokenizers.forEach(
          (written, tokenizer) ->
              files.put(
                  ModalityChoice.of(written, names, "a modality of the model"),
                  tokenizer.toAbsolutePath().normalize()));
      List<StoredModality> declared = run.map(RunConfig::modalities).orElse(List.of());
      return new Generator(
          model,
          true,
          ModelModalities.open(description.modalities(), declared, files, catalogue),
          run.map(config -> config.data().evaluation()).orElseGet(() -> new CentreCrop(0)),
          file.stamp());
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
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
  public Precision precision() {
    return model.precision();
  }

  /** Returns where it computes: {@code cpu} or {@code gpu(0)}. */
  public String device() {
    return model.parameters().device().toString();
  }

  /**
   * Says what decides its results beside weights and plan: the arithmetic, and the tokenizers of
   * some modalities by their content.
   */
  String arithmetic(Collection<ModalityName> used) throws IOException {
    StringBuilder text = new StringBuilder("in ").append(precision());
    for (ModalityName name : used) {
      Optional<String> tokenizer = modalities.fingerprint(name);
      if (tokenizer.isPresent()) {
        text.append(", ").append(name).append(" by tokenizer ").append(tokenizer.get());
      }
    }
    return text.toString();
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
    List<String> problems = PlanProblems.of(description().modalities(), plan, shown);
    if (problems.isEmpty()) {
      for (TargetPlan target : plan.targets()) {
        // Of what is shown in part, fewer places may be open: generate looks.
        if (!shown.contains(target.target()) && target.tokens() < places(target.target())) {
          problems.add(tooFew(target, places(target.target())));
        }
      }
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
      samples.add(
          new GeneratedSample(
              prompts.get(row).key(), seeds[row], rows.get(row), canvases.get(row).remarks()));
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
      requireAsked(prompt, target, plan);
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

  private static void requireAsked(Prompt prompt, PartialTarget target, SamplingPlan plan) {
    ModalityName name = target.modality();
    if (plan.targets().stream().noneMatch(planned -> planned.target().equals(name))) {
      throw new GenerationRefusedException(
          prompt.key()
              + ": places of "
              + name
              + " are to be filled in, and it is not among what is made. Name it with --to, or"
              + " leave its --inpaint out");
    }
    if (count(target.asked()) == 0) {
      throw new GenerationRefusedException(
          prompt.key()
              + ": no place of "
              + name
              + " is to be filled in. Give --inpaint a larger share, or a mask with a white place");
    }
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
