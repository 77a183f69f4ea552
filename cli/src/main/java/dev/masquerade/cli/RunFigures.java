package dev.masquerade.cli;

import dev.masquerade.cli.figure.Assignment;
import dev.masquerade.cli.figure.FrameColours;
import dev.masquerade.cli.figure.GridFigure;
import dev.masquerade.cli.figure.LossCurves;
import dev.masquerade.cli.figure.MaskedInput;
import dev.masquerade.cli.figure.MetricHistory;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.cli.figure.ReconstructionFigure;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.train.evaluate.Evaluation;
import dev.masquerade.train.evaluate.ModalityPair;
import dev.masquerade.train.evaluate.PredictedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws what a run predicts and how it learned, into the run's {@code figures}. */
final class RunFigures {

  private static final int PANEL_WIDTH = 192;
  private static final double HIDDEN = 0.25;
  private static final int VEIL_SCALE = 3;

  private RunFigures() {}

  /**
   * Draws loss curves, and for every modality that is like a picture some scenes with input, masked
   * input, prediction and truth.
   *
   * @return the directory of the figures
   */
  static Path draw(Evaluation evaluation, Path run, int scenes) throws IOException {
    Path figures = run.resolve("figures");
    Files.createDirectories(figures);
    LossCurves.of(
            String.valueOf(run.toAbsolutePath().normalize().getFileName()),
            MetricHistory.read(run.resolve("metrics.jsonl")))
        .write(figures.resolve("losses.png"));
    Map<String, List<PredictedFrame>> byTarget = new LinkedHashMap<>();
    for (ModalityPair pair : evaluation.pairs()) {
      String target = pair.target().value();
      if (!byTarget.containsKey(target)) {
        List<PredictedFrame> frames = evaluation.predict(pair, scenes, HIDDEN);
        if (!frames.isEmpty()) {
          byTarget.put(target, frames);
        }
      }
    }
    for (Map.Entry<String, List<PredictedFrame>> entry : byTarget.entrySet()) {
      figure(entry.getValue()).write(figures.resolve(entry.getKey() + ".png"));
    }
    return figures;
  }

  private static GridFigure figure(List<PredictedFrame> frames) {
    PredictedFrame first = frames.get(0);
    FrameColours colours =
        FrameColours.of(
            first.targetContent(),
            frames.stream().map(PredictedFrame::truth).toList(),
            SceneClasses.all());
    List<ReconstructionFigure.Scene> scenes = new ArrayList<>();
    for (PredictedFrame frame : frames) {
      Picture input =
          FrameColours.of(frame.inputContent(), List.of(frame.input()), SceneClasses.all())
              .paint(frame.input());
      scenes.add(
          new ReconstructionFigure.Scene(
              frame.key(),
              input,
              MaskedInput.paint(input, frame.inputGrid(), assignments(frame.seen()), VEIL_SCALE),
              colours.paint(frame.prediction()),
              colours.paint(frame.truth()),
              ""));
    }
    GridFigure.Builder grid =
        ReconstructionFigure.of(first.pair() + ", step " + first.step(), scenes, PANEL_WIDTH);
    if (first.targetContent() == FrameContent.CLASSES) {
      grid.footer(colours.colours(first.truth().channels()).legend());
    }
    return grid.build();
  }

  private static Assignment[] assignments(boolean[] seen) {
    Assignment[] assignments = new Assignment[seen.length];
    for (int place = 0; place < seen.length; place++) {
      assignments[place] = seen[place] ? Assignment.SEEN : Assignment.DROPPED;
    }
    return assignments;
  }
}
