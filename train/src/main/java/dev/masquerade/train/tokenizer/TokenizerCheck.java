package dev.masquerade.train.tokenizer;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.head.CodeUse;
import java.util.ArrayList;
import java.util.List;

/** Sends pictures through a tokenizer and back, and compares. Used by one thread. */
public final class TokenizerCheck {

  private final FrameCodec codec;
  private final int pictures;
  private final boolean classes;
  private final List<String> keys = new ArrayList<>();
  private final List<Planes> waiting = new ArrayList<>();
  private final List<RebuiltFrame> first = new ArrayList<>();
  private final double[] sums;

  /** (classes, pixels) how often each pixel had each class; empty for numbers. */
  private final int[] counts;

  private double squares;
  private double errors;
  private long numbers;
  private int frames;
  private CodeUse codes;

  /**
   * Starts a check.
   *
   * @param pictures how many pictures are kept to be shown
   */
  public TokenizerCheck(FrameCodec codec, int pictures) {
    this.codec = codec;
    this.pictures = pictures;
    this.classes = codec.frames().content() == FrameContent.CLASSES;
    int values = codec.channels() * codec.frames().size().height() * codec.frames().size().width();
    this.sums = new double[classes ? 0 : values];
    this.counts = new int[classes ? values : 0];
    this.codes = CodeUse.ofFrame(codec.vocabularySize(), codec.codebooks(), new int[0]);
  }

  /**
   * Adds a picture.
   *
   * @param key of its sample
   * @param frame as the tokenizer takes it; of a class map a plane per class, or class numbers
   */
  public void add(String key, Planes frame) {
    keys.add(key);
    waiting.add(frame);
    if (waiting.size() >= codec.batchSize()) {
      compare();
    }
  }

  private void compare() {
    List<int[]> ids = codec.encodeAll(waiting);
    List<Planes> rebuilt = codec.decodeAll(ids);
    for (int i = 0; i < waiting.size(); i++) {
      codes = codes.plus(CodeUse.ofFrame(codec.vocabularySize(), codec.codebooks(), ids.get(i)));
      Planes original = waiting.get(i);
      Planes back = rebuilt.get(i);
      if (classes) {
        original = numbers(original);
        back = numbers(back);
        compareClasses(original.values(), back.values());
      } else {
        compare(original.values(), back.values());
      }
      if (first.size() < pictures) {
        first.add(new RebuiltFrame(keys.get(i), original, back));
      }
    }
    frames += waiting.size();
    keys.clear();
    waiting.clear();
  }

  private void compare(float[] truth, float[] rebuilt) {
    for (int i = 0; i < truth.length; i++) {
      sums[i] += truth[i];
      squares += (double) truth[i] * truth[i];
      double difference = truth[i] - rebuilt[i];
      errors += difference * difference;
    }
    numbers += truth.length;
  }

  /** Leaves out pixels without a class, for which nothing is right or wrong. */
  private void compareClasses(float[] truth, float[] rebuilt) {
    for (int pixel = 0; pixel < truth.length; pixel++) {
      int id = Math.round(truth[pixel]);
      if (id < codec.channels()) {
        counts[id * truth.length + pixel]++;
        errors += id == Math.round(rebuilt[pixel]) ? 0 : 1;
        numbers++;
      }
    }
  }

  /** Returns one plane of class numbers, of such a plane or of a plane per class. */
  private static Planes numbers(Planes frame) {
    if (frame.channels() == 1) {
      return frame;
    }
    Planes numbers = Planes.zeros(1, frame.height(), frame.width());
    int pixels = numbers.values().length;
    for (int pixel = 0; pixel < pixels; pixel++) {
      numbers.values()[pixel] = likeliest(frame.values(), pixel, pixels);
    }
    return numbers;
  }

  private static int likeliest(float[] values, int pixel, int pixels) {
    int best = 0;
    for (int id = 1; id < values.length / pixels; id++) {
      if (values[id * pixels + pixel] > values[best * pixels + pixel]) {
        best = id;
      }
    }
    return best;
  }

  /**
   * Returns what was found.
   *
   * @throws IllegalStateException if there was no picture
   */
  public TokenizerReport finish() {
    if (!waiting.isEmpty()) {
      compare();
    }
    if (frames == 0) {
      throw new IllegalStateException("no picture was added");
    }
    double error = errors / Math.max(1, numbers);
    return new TokenizerReport(
        frames,
        codec.frames().content(),
        codes,
        classes ? error : Math.sqrt(error),
        errorOfMean(),
        first);
  }

  private double errorOfMean() {
    if (classes) {
      int pixels = codec.frames().size().height() * codec.frames().size().width();
      double right = 0;
      for (int pixel = 0; pixel < pixels; pixel++) {
        int most = 0;
        for (int at = pixel; at < counts.length; at += pixels) {
          most = Math.max(most, counts[at]);
        }
        right += most;
      }
      return 1 - right / Math.max(1, numbers);
    }
    double explained = 0;
    for (double sum : sums) {
      explained += sum * sum / frames;
    }
    return Math.sqrt(Math.max(0, squares - explained) / numbers);
  }
}
