package dev.masquerade.modality.code;

import dev.masquerade.modality.Planes;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Gathers patches of frames, an even sample of them where there are too many, and fits a codebook
 * to them. Equal frames in equal order with an equal seed give an equal codebook. Not safe for use
 * by several threads.
 */
public final class CodebookTrainer {

  private final CodebookSettings settings;
  private final PatchCutter cutter;
  private final UniformRandomProvider rng;
  private final List<float[]> dense = new ArrayList<>();
  private final List<char[]> classes = new ArrayList<>();
  private long seen;

  /** Creates a trainer that has seen nothing yet. */
  public CodebookTrainer(CodebookSettings settings) {
    this.settings = settings;
    this.cutter = new PatchCutter(settings);
    this.rng = RandomSource.XO_RO_SHI_RO_128_PP.create(settings.seed());
  }

  /**
   * Takes the patches of a frame; class maps may come as probabilities, of which the largest
   * counts.
   */
  public void add(Planes frame) {
    if (settings.content() == FrameContent.CLASSES) {
      addClasses(largest(frame));
      return;
    }
    float[] patches = cutter.cut(frame);
    int width = settings.patchWidth();
    for (int at = 0; at < patches.length; at += width) {
      int place = place(dense.size());
      if (place >= 0) {
        put(dense, place, Arrays.copyOfRange(patches, at, at + width));
      }
    }
  }

  /**
   * Takes the patches of a class map.
   *
   * @param numbers (height, width) classes below the number of classes
   */
  public void addClasses(char[] numbers) {
    char[] patches = cutter.cutClasses(numbers);
    int width = settings.patchPixels();
    for (int at = 0; at < patches.length; at += width) {
      int place = place(classes.size());
      if (place >= 0) {
        put(classes, place, Arrays.copyOfRange(patches, at, at + width));
      }
    }
  }

  /** Returns how many patches were offered so far. */
  public long seen() {
    return seen;
  }

  /**
   * Returns where the next patch goes, or -1 where it is left out: each patch seen so far is kept
   * with the same probability.
   */
  private int place(int kept) {
    seen++;
    if (kept < settings.patches()) {
      return kept;
    }
    long place = rng.nextLong(seen);
    return place < settings.patches() ? (int) place : -1;
  }

  private static <T> void put(List<T> list, int place, T patch) {
    if (place == list.size()) {
      list.add(patch);
    } else {
      list.set(place, patch);
    }
  }

  private static char[] largest(Planes frame) {
    int pixels = frame.height() * frame.width();
    char[] numbers = new char[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 1; channel < frame.channels(); channel++) {
        if (frame.values()[channel * pixels + pixel]
            > frame.values()[numbers[pixel] * pixels + pixel]) {
          numbers[pixel] = (char) channel;
        }
      }
    }
    return numbers;
  }

  /**
   * Fits the codebook.
   *
   * @throws IllegalArgumentException if there are fewer patches than codes
   */
  public PatchCodebook fit() {
    PatchVectors patches =
        settings.content() == FrameContent.CLASSES ? classVectors() : denseVectors();
    if (patches.count() < settings.codes()) {
      throw new IllegalArgumentException(
          "a codebook of "
              + settings.codes()
              + " codes needs at least as many different patches, there were "
              + patches.count()
              + ". Give it more pictures or ask for fewer codes");
    }
    float[] codes = Clusters.find(patches, settings.codes(), settings.rounds(), rng);
    long[] usage = new long[settings.codes()];
    CodebookStatistics statistics = measure(patches, codes, usage);
    return new PatchCodebook(settings, codes, usage, statistics);
  }

  private PatchVectors denseVectors() {
    int width = settings.patchWidth();
    float[] values = new float[dense.size() * width];
    for (int patch = 0; patch < dense.size(); patch++) {
      System.arraycopy(dense.get(patch), 0, values, patch * width, width);
    }
    return new DenseVectors(values, width);
  }

  /** Joins equal patches, of which class maps have many. */
  private PatchVectors classVectors() {
    Map<CharBuffer, Integer> counts = new LinkedHashMap<>();
    for (char[] patch : classes) {
      counts.merge(CharBuffer.wrap(patch), 1, Integer::sum);
    }
    int pixels = settings.patchPixels();
    char[] numbers = new char[counts.size() * pixels];
    float[] weights = new float[counts.size()];
    int at = 0;
    for (Map.Entry<CharBuffer, Integer> entry : counts.entrySet()) {
      entry.getKey().duplicate().get(numbers, at * pixels, pixels);
      weights[at++] = entry.getValue();
    }
    return new ClassVectors(numbers, pixels, settings.classes(), weights);
  }

  /** Counts the patches of each code and what is lost by them. */
  private CodebookStatistics measure(PatchVectors patches, float[] codes, long[] usage) {
    CodeSearch search = new CodeSearch(codes, settings.codes());
    CodeSearch.Memory memory = new CodeSearch.Memory(search);
    double error = 0;
    double total = 0;
    for (int patch = 0; patch < patches.count(); patch++) {
      int code = search.nearest(patches, patch, -1, memory);
      double weight = patches.weight(patch);
      usage[code] += (long) weight;
      total += weight;
      if (patches instanceof ClassVectors maps) {
        error += weight * wrongPixels(maps, patch, codes, code) / settings.patchPixels();
      } else {
        float squares = patches.squaredNorm(patch) + search.score(patches, patch, code);
        error += Math.max(0, squares) / patches.width();
      }
    }
    error /= total;
    boolean share = settings.content() == FrameContent.CLASSES;
    return new CodebookStatistics(
        seen,
        (int) Arrays.stream(usage).filter(count -> count > 0).count(),
        Clusters.perplexity(usage),
        share ? error : Math.sqrt(error));
  }

  private static double wrongPixels(ClassVectors maps, int patch, float[] codes, int code) {
    int wrong = 0;
    for (int pixel = 0; pixel < maps.pixels(); pixel++) {
      int at = code * maps.width() + pixel * maps.classes();
      int likeliest = 0;
      for (int number = 1; number < maps.classes(); number++) {
        if (codes[at + number] > codes[at + likeliest]) {
          likeliest = number;
        }
      }
      if (likeliest != maps.numbers()[patch * maps.pixels() + pixel]) {
        wrong++;
      }
    }
    return wrong;
  }
}
