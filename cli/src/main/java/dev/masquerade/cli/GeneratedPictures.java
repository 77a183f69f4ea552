package dev.masquerade.cli;

import dev.masquerade.cli.figure.Assignment;
import dev.masquerade.cli.figure.BoxPicture;
import dev.masquerade.cli.figure.Figure;
import dev.masquerade.cli.figure.FrameColours;
import dev.masquerade.cli.figure.GridFigure;
import dev.masquerade.cli.figure.MaskedInput;
import dev.masquerade.cli.figure.Panel;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.cli.figure.TextPanel;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.image.Patches;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedContent;
import dev.masquerade.train.generate.GeneratedModality;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.PartialTarget;
import dev.masquerade.train.generate.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws what a model was shown and what it made of it. */
final class GeneratedPictures {

  /** Pictures of sheets are enlarged, pixel by pixel, to about this width. */
  private static final int PANEL = 192;

  private static final int PAPER = 0xf3f4f6;
  private static final int EDGE = 192;

  private final Generator generator;

  GeneratedPictures(Generator generator) {
    this.generator = generator;
  }

  /** Returns the picture of planes; empty where nothing tells what they mean. */
  static Optional<Picture> paint(Planes planes, Optional<FrameContent> meaning) {
    if (meaning.isPresent()) {
      return Optional.of(
          FrameColours.of(meaning.get(), List.of(planes), SceneClasses.all()).paint(planes));
    }
    return planes.channels() == 3
        ? Optional.of(
            FrameColours.of(FrameContent.COLOURS, List.of(planes), List.of()).paint(planes))
        : Optional.empty();
  }

  /** Returns the picture of one modality; empty where it is none. */
  static Optional<Picture> picture(GeneratedContent content) {
    return content instanceof GeneratedContent.Frame frame
        ? paint(frame.planes(), frame.meaning())
        : Optional.empty();
  }

  /** Returns a picture of a condition, veiled where the model did not see it. */
  Optional<Picture> picture(Condition condition) {
    Optional<Picture> whole = picture(condition.modality(), condition.tokens());
    TokenLayout layout = generator.modalities().spec(condition.modality()).layout();
    if (whole.isEmpty()
        || condition.ignored() == null
        || !(layout instanceof TokenLayout.Grid grid)) {
      return whole;
    }
    return Optional.of(veiled(whole.get(), grid, condition.ignored()));
  }

  private Optional<Picture> picture(ModalityName name, TokenizedModality tokens) {
    ModalitySpec spec = generator.modalities().spec(name);
    if (tokens instanceof TokenizedModality.IdGrid grid) {
      return picture(generator.decode(name, List.of(grid.ids())).get(0));
    }
    if (tokens instanceof TokenizedModality.PixelPatches patches
        && spec.space() instanceof TokenSpace.Pixels pixels
        && pixels.statistics().channels() == 3
        && spec.layout() instanceof TokenLayout.Grid grid) {
      PixelImage image =
          Patches.join(patches.values(), grid.rows(), grid.columns(), pixels.patchSize(), 3);
      return Optional.of(Picture.ofRgb(image.width(), image.height(), image.samples()));
    }
    return Optional.empty();
  }

  /** Draws hidden places faintly. */
  static Picture veiled(Picture picture, TokenLayout.Grid grid, boolean[] hidden) {
    Assignment[] assignments = new Assignment[hidden.length];
    for (int place = 0; place < hidden.length; place++) {
      assignments[place] = hidden[place] ? Assignment.DROPPED : Assignment.SEEN;
    }
    return MaskedInput.paint(picture, grid, assignments, 1);
  }

  private String text(Condition condition) {
    if (condition.tokens() instanceof TokenizedModality.IdSequence sequence) {
      return generator
          .modalities()
          .find(condition.modality())
          .flatMap(tokenizer -> tokenizer.text())
          .map(codec -> codec.decode(sequence.ids()))
          .orElse("");
    }
    return condition.tokens().length() + " tokens";
  }

  /**
   * Arranges samples, a row each: first what was shown, then what was made.
   *
   * @param prompts of the samples
   */
  Figure sheet(String title, List<Prompt> prompts, List<GeneratedSample> samples) {
    List<String> columns = new ArrayList<>();
    Prompt first = prompts.get(0);
    first.conditions().forEach(condition -> columns.add(condition.modality().base() + " (given)"));
    first.partial().forEach(partial -> columns.add(partial.modality().base() + " (given in part)"));
    samples.get(0).modalities().forEach(made -> columns.add(made.name().base()));
    GridFigure.Builder grid = GridFigure.of(columns).title(title);
    for (int i = 0; i < samples.size(); i++) {
      List<Figure> cells = new ArrayList<>();
      Optional<Picture> ground = Optional.empty();
      for (Condition condition : prompts.get(i).conditions()) {
        Optional<Picture> picture = picture(condition);
        ground = ground.isPresent() ? ground : picture;
        cells.add(cell(picture, text(condition)));
      }
      for (PartialTarget partial : prompts.get(i).partial()) {
        cells.add(
            cell(
                picture(new Condition(partial.modality(), partial.known(), partial.asked())),
                "in part"));
      }
      for (GeneratedModality made : samples.get(i).modalities()) {
        Optional<Picture> picture = picture(made.content());
        ground = ground.isPresent() ? ground : picture;
        if (made.content() instanceof GeneratedContent.Boxes boxes) {
          picture = Optional.of(boxes(boxes, ground));
        }
        cells.add(cell(picture, text(made)));
      }
      grid.row(samples.size() == 1 ? "" : samples.get(i).key(), cells);
    }
    return grid.build();
  }

  /** Draws boxes over the first picture of their sample, or over nothing. */
  static Picture boxes(GeneratedContent.Boxes boxes, Optional<Picture> ground) {
    Picture below =
        ground
            .map(picture -> picture.enlarged(Math.max(1, EDGE / picture.width())))
            .orElseGet(() -> Picture.filled(EDGE, EDGE, PAPER));
    return BoxPicture.over(below, boxes.boxes());
  }

  private static Figure cell(Optional<Picture> picture, String otherwise) {
    return picture.isPresent()
        ? Panel.enlarged(picture.get(), PANEL, "")
        : new TextPanel(otherwise, PANEL);
  }

  /** Says what a modality without a picture holds. */
  private static String text(GeneratedModality made) {
    if (made.content() instanceof GeneratedContent.Text text) {
      return text.text();
    }
    return made.content() instanceof GeneratedContent.Boxes boxes
        ? boxes.text()
        : made.ids().length + " ids";
  }
}
