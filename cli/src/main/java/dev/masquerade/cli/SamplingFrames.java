package dev.masquerade.cli;

import dev.masquerade.cli.figure.AnimatedPng;
import dev.masquerade.cli.figure.ContactSheet;
import dev.masquerade.cli.figure.Panel;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.cli.figure.WholeFile;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.sample.SamplingStep;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.PartialTarget;
import dev.masquerade.train.generate.Prompt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what each step made of every grid, as a picture: what is not settled is drawn faintly.
 * Written as an animated PNG and as a sheet.
 */
final class SamplingFrames {

  /** What the names of files end in, behind the modality's. */
  static final String ANIMATION = "-steps.png";

  static final String STEPS_SHEET = "-steps-sheet.png";

  private static final int DELAY_MS = 350;
  private static final int LAST_DELAY_MS = 2000;
  private static final int PER_LINE = 8;
  private static final int PANEL = 128;

  /** A grid in the making. */
  private static final class Grid {
    final int[] ids;
    final boolean[] open;
    final List<Picture> frames = new ArrayList<>();

    Grid(int places) {
      ids = new int[places];
      open = new boolean[places];
      Arrays.fill(open, true);
    }
  }

  private final Generator generator;
  private final List<Prompt> prompts;
  private final List<Map<ModalityName, Grid>> rows = new ArrayList<>();

  SamplingFrames(Generator generator, List<Prompt> prompts) {
    this.generator = generator;
    this.prompts = prompts;
    prompts.forEach(prompt -> rows.add(new LinkedHashMap<>()));
  }

  /** Takes a step. */
  void add(SamplingStep step) {
    if (!(generator.modalities().spec(step.modality()).layout()
        instanceof TokenLayout.Grid layout)) {
      return;
    }
    for (SamplingStep.Row row : step.rows()) {
      Grid grid =
          rows.get(row.row())
              .computeIfAbsent(
                  step.modality(), name -> begin(prompts.get(row.row()), name, layout));
      for (int i = 0; i < row.candidates().length; i++) {
        grid.ids[row.candidates()[i]] = row.ids()[i];
      }
      for (int place : row.settled()) {
        grid.open[place] = false;
      }
      Optional<Picture> picture =
          GeneratedPictures.picture(
              generator.decode(step.modality(), List.of(grid.ids.clone())).get(0));
      picture.ifPresent(
          whole -> grid.frames.add(GeneratedPictures.veiled(whole, layout, grid.open)));
    }
  }

  /** Starts with what is known of the grid: what --keep shows, or what --inpaint leaves. */
  private static Grid begin(Prompt prompt, ModalityName name, TokenLayout.Grid layout) {
    Grid grid = new Grid(layout.places());
    for (Condition condition : prompt.conditions()) {
      if (condition.modality().equals(name)
          && condition.tokens() instanceof TokenizedModality.IdGrid known
          && condition.ignored() != null) {
        System.arraycopy(known.ids(), 0, grid.ids, 0, grid.ids.length);
        System.arraycopy(condition.ignored(), 0, grid.open, 0, grid.open.length);
      }
    }
    for (PartialTarget partial : prompt.partial()) {
      if (partial.modality().equals(name)) {
        System.arraycopy(partial.known().ids(), 0, grid.ids, 0, grid.ids.length);
        System.arraycopy(partial.asked(), 0, grid.open, 0, grid.open.length);
      }
    }
    return grid;
  }

  /** Writes the frames of a row into the folder of its sample. */
  void write(int row, GeneratedSample sample, Path folder) throws IOException {
    for (Map.Entry<ModalityName, Grid> entry : rows.get(row).entrySet()) {
      List<Picture> frames = entry.getValue().frames;
      if (frames.isEmpty()) {
        continue;
      }
      String name = entry.getKey().value();
      List<Picture> large =
          frames.stream().map(frame -> frame.enlarged(Math.max(1, PANEL / frame.width()))).toList();
      WholeFile.write(
          folder.resolve(name + ANIMATION), AnimatedPng.write(large, DELAY_MS, LAST_DELAY_MS));
      List<Panel> panels = new ArrayList<>();
      for (int step = 0; step < large.size(); step++) {
        panels.add(new Panel(large.get(step), "step " + (step + 1)));
      }
      ContactSheet.of(name + ", " + sample.key(), panels, PER_LINE)
          .write(folder.resolve(name + STEPS_SHEET));
    }
  }
}
