package dev.masquerade.data.scenes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * What a caption says about a scene: a pure function of the scene, written in one of several
 * wordings and read back by {@link #parse}.
 *
 * @param count how many solids it says there are
 * @param mentions the solids it names, from left to right in the picture
 * @param relations how some of them stand to each other
 */
public record SceneCaption(int count, List<Mention> mentions, List<Relation> relations) {

  private static final long RELATIONS = 1;
  private static final long WORDING = 2;
  private static final int WORDINGS = 4;

  /** Fractions of the picture's width; nearer middles are neither left nor right of each other. */
  private static final double APART_ACROSS = 0.12;

  /** Scene units; nearer middles are neither behind nor in front of each other. */
  private static final double APART_IN_DEPTH = 1;

  private static final List<String> NUMBERS =
      List.of("no", "one", "two", "three", "four", "five", "six");
  private static final Pattern COUNT =
      Pattern.compile("\\b(" + String.join("|", NUMBERS) + ") solids?\\b");
  private static final Pattern MENTION =
      Pattern.compile("\\ban? " + magnitudes() + " " + paints() + " " + shapes() + "\\b");
  private static final Pattern RELATION =
      Pattern.compile(
          "\\bthe "
              + paints()
              + " "
              + shapes()
              + " is "
              + placements()
              + " the "
              + paints()
              + " "
              + shapes()
              + "\\b");

  public SceneCaption {
    mentions = List.copyOf(mentions);
    relations = List.copyOf(relations);
  }

  /**
   * A solid, named.
   *
   * @param magnitude its size
   * @param paint its colour
   * @param shape what it is
   */
  public record Mention(Magnitude magnitude, Paint paint, Shape shape) {

    private static Mention of(SceneObject solid) {
      return new Mention(solid.magnitude(), solid.paint(), solid.shape());
    }

    private String text() {
      return "a " + magnitude.word() + " " + paint.word() + " " + shape.word();
    }
  }

  /**
   * How one solid stands to another; colour and shape name each.
   *
   * @param paint colour of the first
   * @param shape of the first
   * @param placement where the first is, seen from the second
   * @param otherPaint colour of the second
   * @param otherShape shape of the second
   */
  public record Relation(
      Paint paint, Shape shape, Placement placement, Paint otherPaint, Shape otherShape) {

    private String text() {
      return "The "
          + paint.word()
          + " "
          + shape.word()
          + " is "
          + placement.words()
          + " the "
          + otherPaint.word()
          + " "
          + otherShape.word()
          + ".";
    }
  }

  /** Where a solid is, seen from another, as the picture shows it. */
  public enum Placement {
    LEFT_OF("left of"),
    RIGHT_OF("right of"),
    BEHIND("behind"),
    IN_FRONT_OF("in front of");

    private final String words;

    Placement(String words) {
      this.words = words;
    }

    /** Returns the English words. */
    public String words() {
      return words;
    }
  }

  /** Returns what the caption of a scene says. */
  public static SceneCaption of(Scene scene) {
    Lens lens = new Lens(scene.camera());
    List<SceneObject> fromLeft = new ArrayList<>(scene.objects());
    fromLeft.sort(Comparator.comparingDouble(solid -> across(lens, solid)));
    List<Relation> all = new ArrayList<>();
    for (SceneObject one : fromLeft) {
      for (SceneObject other : fromLeft) {
        if (one != other) {
          addRelations(lens, one, other, all);
        }
      }
    }
    UniformRandomProvider rng = scene.stream(RELATIONS);
    // Scenes of many solids have long captions as it is.
    int count = scene.objects().size();
    int wanted = count == 3 || count == 4 ? 1 + rng.nextInt(2) : 1;
    List<Relation> chosen = new ArrayList<>();
    while (chosen.size() < wanted && !all.isEmpty()) {
      Relation next = all.get(rng.nextInt(all.size()));
      chosen.add(next);
      all.removeIf(relation -> samePair(relation, next));
    }
    return new SceneCaption(count, fromLeft.stream().map(Mention::of).toList(), chosen);
  }

  /** Returns the caption of a scene, in the wording drawn for it. */
  public static String write(Scene scene) {
    return of(scene).text(scene.stream(WORDING).nextInt(WORDINGS));
  }

  /**
   * Returns the caption in words.
   *
   * @param wording any number; equal numbers give equal sentences
   */
  public String text(int wording) {
    String number = number(count);
    String solids = number + (count == 1 ? " solid" : " solids");
    String things = enumerate();
    StringBuilder text =
        new StringBuilder(
            switch (Math.floorMod(wording, WORDINGS)) {
              case 0 -> capital(solids) + " on a table: " + things + ".";
              case 1 -> "A table with " + solids + ", " + things + ".";
              case 2 -> "There are " + solids + " on the table, " + things + ".";
              default -> "From left to right, " + solids + ": " + things + ".";
            });
    for (Relation relation : relations) {
      text.append(' ').append(relation.text());
    }
    return text.toString();
  }

  /**
   * Reads a caption back. What is not understood is passed over, so that text written by a model
   * can be judged by what it gets right.
   *
   * @param text a caption, in any case
   * @return what it says; where it says no number, the count is that of the solids it names
   */
  public static SceneCaption parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<Mention> mentions = new ArrayList<>();
    Matcher mention = MENTION.matcher(lower);
    while (mention.find()) {
      mentions.add(
          new Mention(
              magnitude(mention.group(1)), paint(mention.group(2)), shape(mention.group(3))));
    }
    List<Relation> relations = new ArrayList<>();
    Matcher relation = RELATION.matcher(lower);
    while (relation.find()) {
      relations.add(
          new Relation(
              paint(relation.group(1)),
              shape(relation.group(2)),
              placement(relation.group(3)),
              paint(relation.group(4)),
              shape(relation.group(5))));
    }
    Matcher count = COUNT.matcher(lower);
    int said = count.find() ? NUMBERS.indexOf(count.group(1)) : mentions.size();
    return new SceneCaption(said, mentions, relations);
  }

  private static void addRelations(
      Lens lens, SceneObject one, SceneObject other, List<Relation> all) {
    double right = across(lens, one) - across(lens, other);
    double behind = depth(lens, one) - depth(lens, other);
    if (Math.abs(right) >= APART_ACROSS) {
      all.add(relation(one, right > 0 ? Placement.RIGHT_OF : Placement.LEFT_OF, other));
    }
    if (Math.abs(behind) >= APART_IN_DEPTH) {
      all.add(relation(one, behind > 0 ? Placement.BEHIND : Placement.IN_FRONT_OF, other));
    }
  }

  private static Relation relation(SceneObject one, Placement placement, SceneObject other) {
    return new Relation(one.paint(), one.shape(), placement, other.paint(), other.shape());
  }

  private static boolean samePair(Relation one, Relation other) {
    boolean same =
        one.paint == other.paint
            && one.shape == other.shape
            && one.otherPaint == other.otherPaint
            && one.otherShape == other.otherShape;
    boolean crossed =
        one.paint == other.otherPaint
            && one.shape == other.otherShape
            && one.otherPaint == other.paint
            && one.otherShape == other.shape;
    return same || crossed;
  }

  private static double across(Lens lens, SceneObject solid) {
    return lens.across(solid.x(), solid.y(), solid.height() / 2);
  }

  private static double depth(Lens lens, SceneObject solid) {
    return lens.depth(solid.x(), solid.y(), solid.height() / 2);
  }

  private String enumerate() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < mentions.size(); i++) {
      if (i > 0) {
        text.append(i == mentions.size() - 1 ? " and " : ", ");
      }
      text.append(mentions.get(i).text());
    }
    return text.toString();
  }

  private static String number(int count) {
    return count < NUMBERS.size() ? NUMBERS.get(count) : Integer.toString(count);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static Magnitude magnitude(String word) {
    for (Magnitude value : Magnitude.values()) {
      if (value.word().equals(word)) {
        return value;
      }
    }
    throw new IllegalStateException("the pattern let \"" + word + "\" pass as a size");
  }

  private static Paint paint(String word) {
    for (Paint value : Paint.values()) {
      if (value.word().equals(word)) {
        return value;
      }
    }
    throw new IllegalStateException("the pattern let \"" + word + "\" pass as a colour");
  }

  private static Shape shape(String word) {
    for (Shape value : Shape.values()) {
      if (value.word().equals(word)) {
        return value;
      }
    }
    throw new IllegalStateException("the pattern let \"" + word + "\" pass as a shape");
  }

  private static Placement placement(String words) {
    for (Placement value : Placement.values()) {
      if (value.words().equals(words)) {
        return value;
      }
    }
    throw new IllegalStateException("the pattern let \"" + words + "\" pass as a placement");
  }

  private static String magnitudes() {
    return anyOf(Arrays.stream(Magnitude.values()).map(Magnitude::word).toList());
  }

  private static String paints() {
    return anyOf(Arrays.stream(Paint.values()).map(Paint::word).toList());
  }

  private static String shapes() {
    return anyOf(Arrays.stream(Shape.values()).map(Shape::word).toList());
  }

  private static String placements() {
    return anyOf(Arrays.stream(Placement.values()).map(Placement::words).toList());
  }

  private static String anyOf(List<String> words) {
    return "(" + String.join("|", words) + ")";
  }
}
