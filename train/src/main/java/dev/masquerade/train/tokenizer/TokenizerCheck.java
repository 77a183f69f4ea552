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
    this.sums =
        new double
            [codec.channels() * codec.frames().size().height() * codec.frames().size().width()];
    this.codes = CodeUse.of(codec.vocabularySize(), new int[0]);
  }

  /**
   * Adds a picture.
   *
   * @param key of its sample
   * @param frame as the tokenizer takes it
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
      codes = codes.plus(CodeUse.of(codec.vocabularySize(), ids.get(i)));
      compare(waiting.get(i), rebuilt.get(i));
      if (first.size() < pictures) {
        first.add(new RebuiltFrame(keys.get(i), waiting.get(i), rebuilt.get(i)));
      }
    }
    frames += waiting.size();
    keys.clear();
    waiting.clear();
  }

  private void compare(Planes original, Planes rebuilt) {
    float[] truth = original.values();
    for (int i = 0; i < truth.length; i++) {
      sums[i] += truth[i];
      squares += (double) truth[i] * truth[i];
    }
    if (classes) {
      int pixels = original.height() * original.width();
      for (int pixel = 0; pixel < pixels; pixel++) {
        errors +=
            likeliest(truth, pixel, pixels) == likeliest(rebuilt.values(), pixel, pixels) ? 0 : 1;
      }
      numbers += pixels;
    } else {
      for (int i = 0; i < truth.length; i++) {
        double difference = truth[i] - rebuilt.values()[i];
        errors += difference * difference;
      }
      numbers += truth.length;
    }
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
    double error = errors / numbers;
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
        double most = 0;
        for (int at = pixel; at < sums.length; at += pixels) {
          most = Math.max(most, sums[at]);
        }
        right += most;
      }
      return 1 - right / numbers;
    }
    double explained = 0;
    for (double sum : sums) {
      explained += sum * sum / frames;
    }
    return Math.sqrt(Math.max(0, squares - explained) / numbers);
  }
}
