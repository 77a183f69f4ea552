package dev.masquerade.cli;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.train.evaluate.Evaluation;
import dev.masquerade.train.evaluate.GenerationTask;
import dev.masquerade.train.generate.GeneratedModality;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.Prompt;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Draws generated results of held-out samples: a sheet per input with everything made of it alone,
 * and a sheet per chain.
 */
final class GenerationFigures {

  private static final long SEED = 0;
  private static final String PREFIX = "generated-";

  private GenerationFigures() {}

  /**
   * Removes sheets of an earlier evaluation, whose numbers are replaced: those of tasks that are
   * measured again are drawn anew.
   *
   * @param run the run directory
   */
  static void removeOld(Path run) throws IOException {
    Path figures = run.resolve("figures");
    if (!Files.isDirectory(figures)) {
      return;
    }
    try (DirectoryStream<Path> old = Files.newDirectoryStream(figures, PREFIX + "*.png")) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
  }

  /**
   * Draws.
   *
   * @param run the run directory; sheets go into its {@code figures}
   * @param samples rows of a sheet, at least 1
   */
  static void draw(Evaluation evaluation, Path run, List<GenerationTask> tasks, int samples)
      throws IOException {
    Path figures = run.resolve("figures");
    Files.createDirectories(figures);
    Map<String, List<GenerationTask>> sheets = new LinkedHashMap<>();
    for (GenerationTask task : tasks) {
      String name = task.targets().size() > 1 ? task.toString() : task.input().value();
      sheets.computeIfAbsent(name, unused -> new ArrayList<>()).add(task);
    }
    try (Generator generator = evaluation.generator()) {
      for (List<GenerationTask> together : sheets.values()) {
        draw(evaluation, generator, together, samples, figures);
      }
    }
  }

  private static void draw(
      Evaluation evaluation,
      Generator generator,
      List<GenerationTask> tasks,
      int samples,
      Path figures)
      throws IOException {
    GenerationTask first = tasks.get(0);
    ModalityName input = first.input();
    List<Prompt> prompts = evaluation.prompts(input, samples);
    if (prompts.isEmpty()) {
      return;
    }
    List<List<GeneratedModality>> made = new ArrayList<>();
    prompts.forEach(prompt -> made.add(new ArrayList<>()));
    for (GenerationTask task : tasks) {
      List<GeneratedSample> results =
          generator.generate(
              prompts,
              generator.defaultPlan(Set.of(input), task.targets(), SEED),
              SamplingListener.NONE);
      for (int row = 0; row < made.size(); row++) {
        made.get(row).addAll(results.get(row).modalities());
      }
    }
    List<GeneratedSample> rows = new ArrayList<>();
    for (int row = 0; row < made.size(); row++) {
      rows.add(new GeneratedSample(prompts.get(row).key(), prompts.get(row).seed(), made.get(row)));
    }
    boolean chain = first.targets().size() > 1;
    String title =
        (chain ? first.toString() : "Generated from " + input) + ", step " + evaluation.step();
    String through =
        chain
            ? "-" + String.join("-", first.targets().stream().map(ModalityName::base).toList())
            : "";
    new GeneratedPictures(generator)
        .sheet(title, prompts, rows)
        .write(figures.resolve(PREFIX + input.base() + through + ".png"));
  }
}
