package dev.masquerade.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.Prompt;
import dev.masquerade.train.generate.PromptReader;
import dev.masquerade.train.generate.SuperResolution;
import dev.masquerade.train.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes single samples from what stands on a command line. */
final class SampleGeneration {

  /**
   * What is asked for.
   *
   * @param from what the model is shown
   * @param keep which of its places it sees
   * @param inpaint which places are filled in
   * @param to what is made
   * @param out directory to write
   * @param samples how many are made
   * @param animate whether the steps are drawn
   * @param superResolve a second model that makes more tokens; null for none
   */
  record Order(
      List<String> from,
      List<String> keep,
      List<String> inpaint,
      List<String> to,
      Path out,
      int samples,
      boolean animate,
      @Nullable Path superResolve) {}

  /** A second model, and the plan by which it makes more tokens of what the first one made. */
  private record Finer(Generator model, SamplingPlan plan) {}

  private final Order order;
  private final PlanOptions plans;
  private final GeneratorOptions models;
  private final ModalityCatalogue catalogue;

  SampleGeneration(
      Order order, PlanOptions plans, GeneratorOptions models, ModalityCatalogue catalogue) {
    this.order = order;
    this.plans = plans;
    this.models = models;
    this.catalogue = catalogue;
  }

  private static void note(String remark) {
    System.err.println("note: " + remark);
  }

  /** Makes the samples, and says where they are. */
  void run(Generator generator) throws Exception {
    List<NamedValue> given = NamedValue.of(order.from(), "--from", "rgb=photo.jpg");
    PromptReader reader = new PromptReader(generator, SampleGeneration::note);
    for (NamedValue value : NamedValue.of(order.keep(), "--keep", "rgb=0.25")) {
      reader.keep(value.name(), value.places("--keep", true));
    }
    for (NamedValue value : NamedValue.of(order.inpaint(), "--inpaint", "rgb=mask.png")) {
      reader.inpaint(value.name(), value.places("--inpaint", false));
    }
    for (NamedValue value : given) {
      reader.see(value.name(), value.value());
    }
    reader.requireUsed();
    SamplingPlan followed = plans.plan(generator, reader.shown(), order.to());
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < order.samples(); i++) {
      prompts.add(reader.prompt("sample-" + (i + 1), i, followed.seed()));
    }
    if (order.superResolve() == null) {
      sample(generator, followed, prompts, null);
      return;
    }
    List<Path> all = List.of(models.model(), order.superResolve());
    try (Generator second = models.open(order.superResolve(), all, catalogue)) {
      sample(generator, followed, prompts, finer(generator, second, followed, prompts.get(0)));
    }
  }

  private Finer finer(Generator first, Generator second, SamplingPlan followed, Prompt prompt) {
    SuperResolution.Order finer = SuperResolution.order(first, second, prompt, followed);
    SamplingPlan usual = second.defaultPlan(finer.shown(), finer.targets(), followed.seed());
    SamplingPlan changed = plans.changes().of(usual, finer.shown());
    second.require(changed, finer.shown());
    return new Finer(second, changed);
  }

  /** Prints a plan that can be read back; that of a second model behind it, as a comment. */
  private void print(SamplingPlan followed, @Nullable Finer finer) {
    System.out.print(PlanWriter.text(followed));
    if (finer != null) {
      System.out.println("# Then " + order.superResolve() + " follows:");
      PlanWriter.text(finer.plan()).lines().forEach(line -> System.out.println("# " + line));
    }
  }

  private void sample(
      Generator generator, SamplingPlan followed, List<Prompt> prompts, @Nullable Finer finer)
      throws Exception {
    if (plans.print()) {
      print(followed, finer);
      return;
    }
    sayWhatStaysIds(generator, followed);
    if (finer != null) {
      sayWhatStaysIds(finer.model(), finer.plan());
    }
    SamplingFrames frames = new SamplingFrames(generator, prompts);
    List<GeneratedSample> made;
    try (LastWords words = LastWords.ifStopped("Stopped. Nothing was written.");
        SamplingBar bar = new SamplingBar("sampling", followed, order.samples())) {
      made =
          generator.generate(
              prompts,
              followed,
              step -> {
                bar.step(step.rows().size());
                if (order.animate()) {
                  frames.add(step);
                }
              });
      bar.finish();
    }
    sayWhatWasCut(made);
    write(generator, followed, prompts, made, frames, finer);
  }

  private static void sayWhatStaysIds(Generator generator, SamplingPlan followed) {
    for (TargetPlan target : followed.targets()) {
      generator
          .modalities()
          .onlyIds(target.target())
          .ifPresent(why -> note(target.target() + ": only ids are written, " + why));
    }
  }

  private static void sayWhatWasCut(List<GeneratedSample> made) {
    Set<String> remarks = new LinkedHashSet<>();
    made.forEach(sample -> remarks.addAll(sample.remarks()));
    remarks.forEach(SampleGeneration::note);
  }

  private void write(
      Generator generator,
      SamplingPlan followed,
      List<Prompt> prompts,
      List<GeneratedSample> made,
      SamplingFrames frames,
      @Nullable Finer finer)
      throws Exception {
    boolean several = order.samples() > 1;
    List<String> writtenPlans = new ArrayList<>(List.of(PlanWriter.text(followed)));
    GeneratedFiles files = new GeneratedFiles(order.out(), several);
    GeneratedPictures pictures = new GeneratedPictures(generator);
    JsonObject facts = new JsonObject();
    identify("", generator, models.model(), prompts.get(0), followed, facts);
    String title = order.from().isEmpty() ? "from nothing" : String.join(", ", order.from());
    for (int i = 0; i < made.size(); i++) {
      files.write(prompts.get(i), made.get(i), pictures);
    }
    files.report(facts, shownJson(prompts.get(0)), writtenPlans);
    if (finer != null) {
      List<Prompt> seen = SuperResolution.prompts(finer.model(), prompts, made);
      Path second = Objects.requireNonNull(order.superResolve());
      identify("super_resolution_", finer.model(), second, seen.get(0), finer.plan(), facts);
      writtenPlans.add(PlanWriter.text(finer.plan()));
      List<GeneratedSample> larger = writeFiner(finer, seen, files);
      files.report(facts, shownJson(prompts.get(0)), writtenPlans);
      new GeneratedPictures(finer.model())
          .sheet("super-resolution", seen, larger)
          .write(order.out().resolve(GeneratedFiles.FINER_SHEET));
    }
    // Sheets show again what is written by now, so that none of it is lost with them.
    pictures.sheet(title, prompts, made).write(order.out().resolve(GeneratedFiles.SHEET));
    for (int i = 0; i < made.size(); i++) {
      if (several) {
        pictures
            .sheet(title, List.of(prompts.get(i)), List.of(made.get(i)))
            .write(files.folder(made.get(i)).resolve(GeneratedFiles.SHEET));
      }
      if (order.animate()) {
        frames.write(i, made.get(i), files.folder(made.get(i)));
      }
    }
    System.out.println(order.out().resolve(GeneratedFiles.SHEET));
    System.out.println(order.out().resolve(GeneratedFiles.REPORT));
  }

  /** Lets the second model make more tokens of what was made. */
  private List<GeneratedSample> writeFiner(Finer finer, List<Prompt> seen, GeneratedFiles files)
      throws Exception {
    List<GeneratedSample> larger;
    try (SamplingBar bar = new SamplingBar("super-resolution", finer.plan(), order.samples())) {
      larger = finer.model().generate(seen, finer.plan(), step -> bar.step(step.rows().size()));
      bar.finish();
    }
    GeneratedPictures pictures = new GeneratedPictures(finer.model());
    for (int i = 0; i < larger.size(); i++) {
      files.write(seen.get(i), larger.get(i), pictures);
    }
    return larger;
  }

  /**
   * Writes what identifies the arithmetic: weights, precision, device, and the tokenizers of what
   * was shown or made, by their content.
   *
   * @param prefix of the fields
   */
  private static void identify(
      String prefix,
      Generator generator,
      Path model,
      Prompt prompt,
      SamplingPlan plan,
      JsonObject facts)
      throws IOException {
    facts.addProperty(prefix + "model", model.toString());
    facts.addProperty(prefix + "weights", generator.stamp());
    facts.addProperty(prefix + "precision", generator.precision().name());
    facts.addProperty(prefix + "device", generator.device());
    Set<ModalityName> used = new LinkedHashSet<>();
    prompt.conditions().forEach(condition -> used.add(condition.modality()));
    prompt.partial().forEach(partial -> used.add(partial.modality()));
    plan.targets().forEach(target -> used.add(target.target()));
    JsonObject tokenizers = new JsonObject();
    for (ModalityName name : used) {
      generator
          .modalities()
          .fingerprint(name)
          .ifPresent(fingerprint -> tokenizers.addProperty(name.value(), fingerprint));
    }
    facts.add(prefix + "tokenizers", tokenizers);
  }

  private JsonArray shownJson(Prompt prompt) {
    JsonArray list = new JsonArray();
    for (NamedValue value : NamedValue.of(order.from(), "--from", "rgb=photo.jpg")) {
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
}
