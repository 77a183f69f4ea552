package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.Paint;
import dev.masquerade.data.scenes.SceneCaption;
import dev.masquerade.data.scenes.Shape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What captions of scenes get right. */
final class CaptionJudgements {

  private CaptionJudgements() {}

  /**
   * Returns the measures of captions of scenes we rendered: solids of the right size, colour and
   * shape together, the number, colours, shapes, where solids are said to stand, and whether all of
   * this is right at once.
   */
  static List<Judgement<SceneCaption>> ofScenes() {
    return List.of(
        new Judgement<>(
            "solids_f1", (said, truth) -> Overlap.f1(said.mentions(), truth.mentions())),
        new Judgement<>("count_right", (said, truth) -> said.count() == truth.count() ? 1 : 0),
        new Judgement<>("colours_f1", (said, truth) -> Overlap.f1(paints(said), paints(truth))),
        new Judgement<>("shapes_f1", (said, truth) -> Overlap.f1(shapes(said), shapes(truth))),
        new Judgement<>("relations_right", CaptionJudgements::relationsRight),
        new Judgement<>("all_right", (said, truth) -> allRight(said, truth) ? 1 : 0));
  }

  /** Returns the measure of any other text: its words, as often as they stand. */
  static List<Judgement<String>> ofTexts() {
    return List.of(
        new Judgement<>("words_f1", (said, truth) -> Overlap.f1(words(said), words(truth))));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Returns the colours that a caption names, each as often as it does. */
  static List<Paint> paints(SceneCaption caption) {
    return caption.mentions().stream().map(SceneCaption.Mention::paint).toList();
  }

  /** Returns the different colours that a caption names. */
  static Set<Paint> colours(SceneCaption caption) {
    Set<Paint> colours = EnumSet.noneOf(Paint.class);
    colours.addAll(paints(caption));
    return colours;
  }

  private static List<Shape> shapes(SceneCaption caption) {
    return caption.mentions().stream().map(SceneCaption.Mention::shape).toList();
  }

  /**
   * Returns the share of relations said that hold. A caption names solids from left to right, so
   * the truth tells of every pair which is further left; what is behind what it tells only where it
   * says so, and what it does not tell is passed over. A caption that could have said something
   * that can be told, and says nothing of the kind, gets 0.
   */
  static double relationsRight(SceneCaption said, SceneCaption truth) {
    int right = 0;
    int told = 0;
    for (SceneCaption.Relation relation : said.relations()) {
      int first = place(truth, relation.paint(), relation.shape());
      int second = place(truth, relation.otherPaint(), relation.otherShape());
      if (first < 0 || second < 0) {
        told++;
        continue;
      }
      switch (relation.placement()) {
        case LEFT_OF -> {
          told++;
          right += first < second ? 1 : 0;
        }
        case RIGHT_OF -> {
          told++;
          right += first > second ? 1 : 0;
        }
        case BEHIND, IN_FRONT_OF -> {
          if (truth.relations().contains(relation)
              || truth.relations().contains(turned(relation, relation.placement()))) {
            told++;
            right++;
          } else if (truth.relations().contains(against(relation))
              || truth.relations().contains(turned(relation, against(relation).placement()))) {
            told++;
          }
        }
      }
    }
    if (told == 0) {
      return said.relations().isEmpty() && !truth.relations().isEmpty() ? 0 : Double.NaN;
    }
    return (double) right / told;
  }

  /**
   * Says whether a caption names the true solids and no others, and their number, and no relation
   * that is wrong as far as the truth tells.
   */
  private static boolean allRight(SceneCaption said, SceneCaption truth) {
    double relations = relationsRight(said, truth);
    return said.count() == truth.count()
        && (Double.isNaN(relations) || relations == 1)
        && !(Overlap.f1(said.mentions(), truth.mentions()) < 1);
  }

  /** Says the same of the other solid: "a is behind b" becomes "b is in front of a". */
  private static SceneCaption.Relation turned(
      SceneCaption.Relation relation, SceneCaption.Placement placement) {
    return new SceneCaption.Relation(
        relation.otherPaint(),
        relation.otherShape(),
        opposite(placement),
        relation.paint(),
        relation.shape());
  }

  /** Says the opposite of the same solids. */
  private static SceneCaption.Relation against(SceneCaption.Relation relation) {
    return new SceneCaption.Relation(
        relation.paint(),
        relation.shape(),
        opposite(relation.placement()),
        relation.otherPaint(),
        relation.otherShape());
  }

  private static SceneCaption.Placement opposite(SceneCaption.Placement placement) {
    return switch (placement) {
      case LEFT_OF -> SceneCaption.Placement.RIGHT_OF;
      case RIGHT_OF -> SceneCaption.Placement.LEFT_OF;
      case BEHIND -> SceneCaption.Placement.IN_FRONT_OF;
      case IN_FRONT_OF -> SceneCaption.Placement.BEHIND;
    };
  }

  private static int place(SceneCaption truth, Paint paint, Shape shape) {
    for (int i = 0; i < truth.mentions().size(); i++) {
      SceneCaption.Mention mention = truth.mentions().get(i);
      if (mention.paint() == paint && mention.shape() == shape) {
        return i;
      }
    }
    return -1;
  }
}
