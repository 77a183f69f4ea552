package dev.masquerade.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.inject.Inject;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedDataset;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.HiddenPlaces;
import dev.masquerade.train.generate.PlanChanges;
import dev.masquerade.train.generate.Prompt;
import dev.masquerade.train.generate.PromptReader;
import dev.masquerade.train.generate.SuperResolution;
import dev.masquerade.train.plan.PlanReader;
import dev.masquerade.train.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes any modalities from any others. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Make any modalities of a model from any others.",
      "A modality is written by its name or the end of it: depth for tok_depth@64.",
      "In text, ... says that more may stand there.",
      "",
      "Examples:",
      "  masquerade generate --model runs/scenes --from rgb=photo.jpg \\",
      "    --to caption,depth,semseg --out generated",
      "  masquerade generate --model runs/scenes \\",
      "    --from caption=\"two red cubes left of a green ball\" --to rgb",
      "  masquerade generate --model runs/scenes --data data/manifest.textproto \\",
      "    --from rgb --to caption,depth --out shards"
    })
final class GenerateCommand implements Callable<Integer> {

  private static final int OPEN_SHARDS = 8;
  private static final int NAMED = 10;

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  @Mixin private GeneratorOptions options;

  @Option(
      names = "--from",
      paramLabel = "NAME=VALUE",
      description =
          "What the model is shown: a file, or text; with --data the name alone; repeatable.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "NAME",
      split = ",",
      description = "What is made, in this order; each sees those before.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "generated",
      description = "Where to write (${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Every draw derives from it (that of --plan, else 0).")
  private @Nullable Long seed;

  @Option(
      names = "--samples",
      defaultValue = "1",
      description = "How many are made, by different draws (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--keep",
      paramLabel = "NAME=SHARE|MASK",
      description = {
        "Show a share of a condition's patches, drawn by the seed, or those that a file leaves: a"
            + " grey",
        "picture with a pixel per patch, white where hidden, or text with 0 and 1 per patch;"
            + " repeatable."
      })
  private List<String> keep = new ArrayList<>();

  @Option(
      names = "--inpaint",
      paramLabel = "NAME=SHARE|MASK",
      description =
          "Fill in a share of a target, or what a file has white; the rest is what --from has of"
              + " that name; repeatable.")
  private List<String> inpaint = new ArrayList<>();

  @Option(names = "--plan", paramLabel = "FILE", description = "How to sample (chosen for you).")
  private @Nullable Path plan;

  @Option(names = "--steps", paramLabel = "N", description = "Steps over every grid.")
  private @Nullable Integer steps;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the likeliest, more varies more.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw among the likeliest tokens that make up this probability.")
  private @Nullable Double topP;

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "Weight of what the model is shown; 1 weighs as without.")
  private @Nullable Double guidance;

  @Option(
      names = "--print-plan",
      description = "Print the plan that is followed and stop; --plan takes it.")
  private boolean printPlan;

  @Option(
      names = "--animate",
      description = "Write the steps of every grid as an animated PNG and a sheet.")
  private boolean animate;

  @Option(
      names = "--super-resolve",
      paramLabel = "PATH",
      description = "Second model, which makes more tokens of what the first one made.")
  private @Nullable Path superResolve;

  @Option(
      names = "--data",
      paramLabel = "MANIFEST|DIR",
      description =
          "Generate for all samples of a data set: shards and a manifest that a run can train on."
              + " Killed work goes on when run again.")
  private @Nullable Path data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Split of the data set (all).")
  private String split = "";

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Samples of a data set that are made at once (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--max-bad-samples",
      defaultValue = "100",
      description = "Bad samples left out before the work fails (${DEFAULT-VALUE}).")
  private long maxBad;

  @Inject
  GenerateCommand(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  @Override
  public Integer call() throws Exception {
    refuseContradictions();
    try (Generator generator = options.open(options.model(), models(), catalogue)) {
      return data == null ? some(generator) : all(generator, ImageArguments.manifest(data));
    }
  }

  private List<Path> models() {
    return superResolve == null ? List.of(options.model()) : List.of(options.model(), superResolve);
  }

  private void refuseContradictions() {
    if (samples < 1 || batchSize < 1 || maxBad < 0) {
      throw new MistakeException(
          "--samples and --batch must be at least 1 and --max-bad-samples at least 0.");
    }
    if (steps != null && steps < 1) {
      throw new MistakeException("--steps must be at least 1, was " + steps + ".");
    }
    if (to.isEmpty() && plan == null) {
      throw new MistakeException("Name what is to be made: --to depth, or a plan with --plan.");
    }
    if (guidance != null && from.isEmpty()) {
      throw new MistakeException(
          "--guidance weighs what the model is shown, and there is nothing. Add --from.");
    }
    if (data != null && (samples > 1 || animate || superResolve != null || !inpaint.isEmpty())) {
      throw new MistakeException(
          "--samples, --animate, --super-resolve and --inpaint are for single samples. Leave them"
              + " out, or leave out --data.");
    }
    if (data != null && from.isEmpty()) {
      throw new MistakeException("Name what the model is shown of every sample: --from rgb.");
    }
  }

  private PlanChanges changes() {
    return new PlanChanges(
        steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
        temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature),
        topP == null ? OptionalDouble.empty() : OptionalDouble.of(topP),
        guidance == null ? OptionalDouble.empty() : OptionalDouble.of(guidance));
  }

  /** Returns the plan that is followed. */
  private SamplingPlan plan(Generator generator, Set<ModalityName> shown) throws IOException {
    List<ModalityName> targets =
        to.stream().map(name -> generator.modalities().target(name)).toList();
    SamplingPlan chosen;
    if (plan == null) {
      chosen = generator.defaultPlan(shown, targets, 0);
    } else {
      if (!Files.exists(plan)) {
        throw new NoSuchFileException(plan.toString());
      }
      chosen = new PlanReader(generator.description(), shown).read(plan);
      List<ModalityName> planned = chosen.targets().stream().map(TargetPlan::target).toList();
      if (!targets.isEmpty() && !planned.equals(targets)) {
        throw new MistakeException(
            plan + " makes " + planned + ", --to names " + targets + ". Leave --to out.");
      }
    }
    if (seed != null) {
      chosen = chosen.withSeed(seed);
    }
    SamplingPlan changed = changes().of(chosen, shown);
    generator.require(changed, shown);
    return changed;
  }

  /** Makes samples from what stands on the command line. */
  private int some(Generator generator) throws Exception {
    List<NamedValue> given = NamedValue.of(from, "--from", "rgb=photo.jpg");
    PromptReader reader =
        new PromptReader(generator, remark -> System.err.println("note: " + remark));
    for (NamedValue value : NamedValue.of(keep, "--keep", "rgb=0.25")) {
      reader.keep(value.name(), HiddenPlaces.of(value.value(), true));
    }
    for (NamedValue value : NamedValue.of(inpaint, "--inpaint", "rgb=mask.png")) {
      reader.inpaint(value.name(), HiddenPlaces.of(value.value(), false));
    }
    for (NamedValue value : given) {
      reader.see(value.name(), value.value());
    }
    reader.requireUsed();
    SamplingPlan followed = plan(generator, reader.shown());
    if (printPlan) {
      System.out.print(PlanWriter.text(followed));
      return 0;
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      prompts.add(reader.prompt("sample-" + (i + 1), i, followed.seed()));
    }
    if (superResolve == null) {
      sample(generator, followed, prompts, null);
      return 0;
    }
    try (Generator second = options.open(superResolve, models(), catalogue)) {
      sample(generator, followed, prompts, finer(generator, second, followed, prompts.get(0)));
    }
    return 0;
  }

  /** A second model, and the plan by which it makes more tokens of what the first one made. */
  private record Finer(Generator model, SamplingPlan plan) {}

  private Finer finer(Generator first, Generator second, SamplingPlan followed, Prompt prompt) {
    SuperResolution.Order order = SuperResolution.order(first, second, prompt, followed);
    SamplingPlan usual = second.defaultPlan(order.shown(), order.targets(), followed.seed());
    SamplingPlan changed = changes().of(usual, order.shown());
    second.require(changed, order.shown());
    return new Finer(second, changed);
  }

  private void sample(
      Generator generator, SamplingPlan followed, List<Prompt> prompts, @Nullable Finer finer)
      throws Exception {
    SamplingFrames frames = new SamplingFrames(generator, prompts);
    List<GeneratedSample> made;
    try (LastWords words = LastWords.ifStopped("Stopped. Nothing was written.");
        Bar bar = new Bar("steps", followed, samples)) {
      made =
          generator.generate(
              prompts,
              followed,
              step -> {
                bar.step(step.rows().size());
                if (animate) {
                  frames.add(step);
                }
              });
    }
    write(generator, followed, prompts, made, frames, finer);
  }

  private void write(
      Generator generator,
      SamplingPlan followed,
      List<Prompt> prompts,
      List<GeneratedSample> made,
      SamplingFrames frames,
      @Nullable Finer finer)
      throws Exception {
    List<String> plans = new ArrayList<>(List.of(PlanWriter.text(followed)));
    GeneratedFiles files = new GeneratedFiles(out, samples > 1);
    GeneratedPictures pictures = new GeneratedPictures(generator);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", options.model().toString());
    facts.put("weights", generator.stamp());
    String title = String.join(", ", from).isEmpty() ? "from nothing" : String.join(", ", from);
    pictures.sheet(title, prompts, made).write(out.resolve(GeneratedFiles.SHEET));
    for (int i = 0; i < made.size(); i++) {
      files.write(prompts.get(i), made.get(i), pictures);
      if (samples > 1) {
        pictures
            .sheet(title, List.of(prompts.get(i)), List.of(made.get(i)))
            .write(files.folder(made.get(i)).resolve(GeneratedFiles.SHEET));
      }
      if (animate) {
        frames.write(i, made.get(i), files.folder(made.get(i)));
      }
    }
    if (finer != null) {
      facts.put("super_resolution_model", String.valueOf(superResolve));
      plans.add(PlanWriter.text(finer.plan()));
      writeFiner(finer, prompts, made, files);
    }
    files.report(facts, shownJson(prompts.get(0)), plans);
    System.out.println(out.resolve(GeneratedFiles.SHEET));
    System.out.println(out.resolve(GeneratedFiles.REPORT));
  }

  /** Lets the second model make more tokens of what was made. */
  private void writeFiner(
      Finer finer, List<Prompt> prompts, List<GeneratedSample> made, GeneratedFiles files)
      throws Exception {
    List<Prompt> seen = SuperResolution.prompts(finer.model(), prompts, made);
    List<GeneratedSample> larger;
    try (Bar bar = new Bar("super-resolution", finer.plan(), samples)) {
      larger = finer.model().generate(seen, finer.plan(), step -> bar.step(step.rows().size()));
    }
    GeneratedPictures pictures = new GeneratedPictures(finer.model());
    for (int i = 0; i < larger.size(); i++) {
      files.write(seen.get(i), larger.get(i), pictures);
    }
    pictures.sheet("super-resolution", seen, larger).write(out.resolve("super-resolution.png"));
  }

  private JsonArray shownJson(Prompt prompt) {
    JsonArray list = new JsonArray();
    for (NamedValue value : NamedValue.of(from, "--from", "rgb=photo.jpg")) {
      JsonObject one = new JsonObject();
      one.addProperty("name", value.name());
      one.addProperty("value", value.value());
      list.add(one);
    }
    for (Condition condition : prompt.conditions()) {
      JsonObject one = new JsonObject();
      one.addProperty("modality", condition.modality().value());
      one.addProperty("tokens", condition.tokens().length());
      list.add(one);
    }
    return list;
  }

  /** Makes modalities of a whole data set. */
  private int all(Generator generator, Path manifest) throws Exception {
    if (!Files.exists(manifest)) {
      throw new NoSuchFileException(manifest.toString());
    }
    List<ModalityName> shown = new ArrayList<>();
    for (String name : from) {
      if (name.indexOf('=') >= 0) {
        throw new MistakeException(
            "--from " + name + ": with --data, name the modality alone, for example --from rgb.");
      }
      shown.add(generator.modalities().input(name));
    }
    Map<ModalityName, HiddenPlaces> hidden = new LinkedHashMap<>();
    for (NamedValue value : NamedValue.of(keep, "--keep", "rgb=0.25")) {
      hidden.put(generator.modalities().input(value.name()), HiddenPlaces.of(value.value(), true));
    }
    HiddenPlaces.require(generator.modalities(), shown, hidden.keySet());
    SamplingPlan followed = plan(generator, new LinkedHashSet<>(shown));
    if (printPlan) {
      System.out.print(PlanWriter.text(followed));
      return 0;
    }
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(manifest);
    GeneratedDataset work =
        new GeneratedDataset(
            out,
            dataset,
            generator,
            new GeneratedDataset.Settings(
                splits(dataset), shown, hidden, followed, batchSize, maxBad));
    GeneratedDataset.Result result;
    try (LastWords words =
            LastWords.ifStopped("Stopped. Run the same command again to go on from here.");
        OpenShards shards = new OpenShards(sources, OPEN_SHARDS, false);
        ProgressBar bar = ProgressLine.start("samples", work.sampleCount())) {
      for (Split part : splits(dataset)) {
        shards.requirePresent(part.shards());
      }
      result = work.write(shards, bar::stepTo);
    }
    report(result);
    return 0;
  }

  private List<Split> splits(DatasetManifest dataset) {
    if (split.isEmpty()) {
      return dataset.splits();
    }
    return List.of(
        dataset
            .split(split)
            .orElseThrow(
                () ->
                    new MistakeException(
                        "--split "
                            + DidYouMean.unknown(
                                split,
                                "a split of " + dataset.name(),
                                dataset.splits().stream().map(Split::name).toList()))));
  }

  private void report(GeneratedDataset.Result result) {
    System.out.printf(
        Locale.ROOT,
        "%,d samples generated, %,d kept, %,d left out%n",
        result.samples(),
        result.kept(),
        result.bad().size());
    List<SampleName> bad = result.bad();
    for (SampleName name : bad.subList(0, Math.min(NAMED, bad.size()))) {
      System.out.println("  left out: " + name.shard() + ", " + name.key());
    }
    if (!bad.isEmpty()) {
      System.out.println("  why       " + out.resolve(GeneratedDataset.BAD_SAMPLES));
    }
    System.out.println(out.resolve(GeneratedDataset.MANIFEST));
  }

  /** Shows how far sampling is: rows times steps. */
  private static final class Bar implements AutoCloseable {
    private final ProgressBar bar;
    private final long total;
    private long done;

    Bar(String task, SamplingPlan plan, int rows) {
      total =
          rows * plan.targets().stream().mapToLong(target -> target.tokensPerStep().length).sum();
      bar = ProgressLine.start(task, total);
    }

    void step(int rows) {
      done += rows;
      bar.stepTo(Math.min(total, done));
    }

    @Override
    public void close() {
      bar.close();
    }
  }
}
