package dev.masquerade.cli;

import dev.masquerade.cli.figure.Assignment;
import dev.masquerade.cli.figure.ClassColours;
import dev.masquerade.cli.figure.DepthColours;
import dev.masquerade.cli.figure.GridFigure;
import dev.masquerade.cli.figure.LossCurves;
import dev.masquerade.cli.figure.MaskedInput;
import dev.masquerade.cli.figure.MetricHistory;
import dev.masquerade.cli.figure.NormalColours;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.cli.figure.ReconstructionFigure;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.modality.Planes;
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
import java.util.stream.IntStream;

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
    Palette colours = Palette.of(frames);
    List<ReconstructionFigure.Scene> scenes = new ArrayList<>();
    for (PredictedFrame frame : frames) {
      Picture input = Palette.of(frame.inputContent(), frame.input()).paint(frame.input());
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
      grid.footer(new ClassColours(names(first.truth().channels())).legend());
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

  /** The names of scenes where the number of classes is theirs; numbers otherwise. */
  private static List<String> names(int classes) {
    return classes == SceneClasses.all().size()
        ? SceneClasses.all()
        : IntStream.range(0, classes).mapToObj(id -> "class " + id).toList();
  }

  /**
   * How frames of one kind are painted, with one scale for all that are to be compared.
   *
   * @param content what planes mean
   * @param low smallest number of all frames, for depth
   * @param high largest number of all frames, for depth
   */
  private record Palette(FrameContent content, float low, float high) {

    static Palette of(List<PredictedFrame> frames) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (PredictedFrame frame : frames) {
        Palette own = of(frame.targetContent(), frame.truth());
        low = Math.min(low, own.low());
        high = Math.max(high, own.high());
      }
      return new Palette(frames.get(0).targetContent(), low, high);
    }

    static Palette of(FrameContent content, Planes planes) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (float value : planes.values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      return new Palette(content, low, low < high ? high : low + 1);
    }

    Picture paint(Planes planes) {
      return switch (content) {
        case COLOURS -> Picture.ofPlanes(planes, 0, 1);
        case DEPTH ->
            DepthColours.paint(planes.width(), planes.height(), planes.values(), low, high);
        case NORMALS -> NormalColours.paint(planes);
        case CLASSES ->
            new ClassColours(names(planes.channels()))
                .paint(planes.width(), planes.height(), likeliest(planes));
      };
    }

    private static int[] likeliest(Planes planes) {
      int pixels = planes.width() * planes.height();
      int[] classes = new int[pixels];
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int id = 1; id < planes.channels(); id++) {
          if (planes.values()[id * pixels + pixel]
              > planes.values()[classes[pixel] * pixels + pixel]) {
            classes[pixel] = id;
          }
        }
      }
      return classes;
    }
  }
}
