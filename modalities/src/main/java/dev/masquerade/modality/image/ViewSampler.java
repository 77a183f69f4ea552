package dev.masquerade.modality.image;

import dev.masquerade.modality.View;
import java.util.Arrays;

/*
 * Resizing follows Pillow, version 10 [1], to the bit: two passes, first along rows, then along
 * columns; 8-bit samples are summed in 32-bit fixed point of 22 fraction bits and rounded to 8 bits
 * after each pass. The part to look at is cut out first, so nothing outside it is read, as
 * image.crop(...).resize(...) does.
 *
 * Edges of a view that fall between pixels (a crop drawn on one picture, applied to another of
 * another size) stay where they are: the cut is made at the pixels around them and the filter
 * starts inside.
 *
 * [1] https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters
 */
/**
 * Takes views out of pictures: crops, resizes to one fixed size and flips. A view that has that
 * size already is copied without resizing. Safe for use by several threads.
 */
public final class ViewSampler {

  private static final double SLACK = 1e-6;

  /** Lines that are turned together, so that what is written stays in the cache. */
  private static final int BLOCK = 16;

  private static final int ROUNDING = 1 << (ResizeTable.BITS - 1);

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final int height;
  private final int width;
  private final ResizeFilter filter;

  /**
   * Creates a sampler.
   *
   * @param height rows of what it returns
   * @param width columns of what it returns
   * @param filter how to resize pictures of colours; pictures of numbers say theirs per call
   */
  public ViewSampler(int height, int width, ResizeFilter filter) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("a view needs a pixel, was " + height + " x " + width);
    }
    this.height = height;
    this.width = width;
    this.filter = filter;
  }

  /**
   * Memory between the passes. Each line is an array of its own: only where all arrays of a loop
   * are read at one index does the compiler know that they do not overlap, and uses vector
   * instructions.
   */
  private static final class Scratch {
    private int[][] stored = new int[0][];
    private int[][] resized = new int[0][];
    private int[][] rows = new int[0][];
    private int[] sums = new int[0];

    int[][] stored(int lines, int length) {
      stored = lines(stored, lines, length);
      return stored;
    }

    int[][] resized(int lines, int length) {
      resized = lines(resized, lines, length);
      return resized;
    }

    int[][] rows(int lines, int length) {
      rows = lines(rows, lines, length);
      return rows;
    }

    int[] sums(int length) {
      sums = sums.length < length ? new int[length] : sums;
      return sums;
    }

    private static int[][] lines(int[][] known, int lines, int length) {
      int[][] result = known.length < lines ? Arrays.copyOf(known, lines) : known;
      for (int line = 0; line < lines; line++) {
        if (line >= known.length || result[line].length < length) {
          result[line] = new int[length];
        }
      }
      return result;
    }
  }

  /** The part of a picture that is read, in whole pixels, and the view's edges inside it. */
  private record Cut(
      int top, int left, int rows, int columns, double y0, double y1, double x0, double x1) {

    /**
     * Cuts a view out of a picture.
     *
     * @param rows of the resized view
     * @param columns of the resized view
     */
    static Cut of(View view, int height, int width, int rows, int columns, ResizeFilter filter) {
      double top = snap(view.top() * height);
      double bottom = Math.min(snap((view.top() + view.height()) * height), height);
      double left = snap(view.left() * width);
      double right = Math.min(snap((view.left() + view.width()) * width), width);
      int firstRow = Math.min((int) Math.floor(top), height - 1);
      int lastRow = Math.max((int) Math.ceil(bottom), firstRow + 1);
      int firstColumn = Math.min((int) Math.floor(left), width - 1);
      int lastColumn = Math.max((int) Math.ceil(right), firstColumn + 1);
      if (view.surrounded()) {
        int down = reach(bottom - top, rows, filter);
        int across = reach(right - left, columns, filter);
        firstRow = Math.max(0, firstRow - down);
        lastRow = Math.min(height, lastRow + down);
        firstColumn = Math.max(0, firstColumn - across);
        lastColumn = Math.min(width, lastColumn + across);
      }
      return new Cut(
          firstRow,
          firstColumn,
          lastRow - firstRow,
          lastColumn - firstColumn,
          top - firstRow,
          bottom - firstRow,
          left - firstColumn,
          right - firstColumn);
    }

    /** Returns how many pixels beyond an edge a filter reads at most. */
    private static int reach(double length, int pixels, ResizeFilter filter) {
      return (int) Math.ceil(filter.support() * Math.max(1, length / pixels)) + 1;
    }

    /** Fractions that were made from whole pixels become whole pixels again. */
    private static double snap(double edge) {
      double nearest = Math.rint(edge);
      return Math.abs(edge - nearest) < SLACK ? nearest : edge;
    }

    boolean keepsRows(int height) {
      return rows == height && y0 == 0 && y1 == rows;
    }

    boolean keepsColumns(int width) {
      return columns == width && x0 == 0 && x1 == columns;
    }
  }

  /**
   * Takes a view out of a picture of colours.
   *
   * @return the picture itself where the view is all of it and nothing is to be done
   */
  public PixelImage colours(PixelImage image, View view) {
    Cut cut = Cut.of(view, image.height(), image.width(), height, width, filter);
    boolean sameRows = cut.keepsRows(height);
    boolean sameColumns = cut.keepsColumns(width);
    int channels = image.channels();
    byte[] result;
    if (sameRows && sameColumns) {
      if (image.height() == height && image.width() == width && !view.flipped()) {
        return image;
      }
      result = cutOut(image, cut);
    } else if (filter == ResizeFilter.NEAREST) {
      result = nearest(image, cut);
    } else {
      int[][] rows = SCRATCH.get().rows(cut.rows(), width * channels);
      boolean early = view.flipped() && !sameColumns;
      resizeRows(image, cut, sameColumns, early, rows);
      result = resizeColumns(rows, cut, sameRows, channels);
      if (early) {
        return new PixelImage(height, width, channels, result);
      }
    }
    if (view.flipped()) {
      flip(result, channels);
    }
    return new PixelImage(height, width, channels, result);
  }

  private byte[] cutOut(PixelImage image, Cut cut) {
    int run = width * image.channels();
    byte[] result = new byte[height * run];
    for (int y = 0; y < height; y++) {
      int from = ((cut.top() + y) * image.width() + cut.left()) * image.channels();
      System.arraycopy(image.samples(), from, result, y * run, run);
    }
    return result;
  }

  private byte[] nearest(PixelImage image, Cut cut) {
    int channels = image.channels();
    int[] rows = nearest(cut.y0(), cut.y1(), height, cut.rows());
    int[] columns = nearest(cut.x0(), cut.x1(), width, cut.columns());
    byte[] result = new byte[height * width * channels];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int line = (cut.top() + rows[y]) * image.width() + cut.left();
      for (int x = 0; x < width; x++) {
        int from = (line + columns[x]) * channels;
        for (int channel = 0; channel < channels; channel++) {
          result[to++] = image.samples()[from + channel];
        }
      }
    }
    return result;
  }

  /**
   * Resizes along rows, into whole numbers of 8 bits.
   *
   * <p>Neighbours along a row are added up for all rows at once: the picture is turned so that a
   * column of samples lies together, the sums run over it, and the result is turned back. Turning
   * twice costs less than sums that a compiler cannot make vector instructions of.
   */
  private void resizeRows(
      PixelImage image, Cut cut, boolean same, boolean flipped, int[][] target) {
    byte[] samples = image.samples();
    int channels = image.channels();
    int run = width * channels;
    int rows = cut.rows();
    if (same) {
      for (int y = 0; y < rows; y++) {
        int from = ((cut.top() + y) * image.width() + cut.left()) * channels;
        int[] line = target[y];
        for (int i = 0; i < run; i++) {
          line[i] = samples[from + i] & 0xff;
        }
      }
      return;
    }
    ResizeTable table = ResizeTable.of(cut.columns(), cut.x0(), cut.x1(), width, filter);
    int[] weights = table.fixed();
    int[][] stored = SCRATCH.get().stored(cut.columns() * channels, rows);
    turn(image, cut, stored);
    int[][] resized = SCRATCH.get().resized(run, rows);
    for (int x = 0; x < width; x++) {
      int to = (flipped ? width - 1 - x : x) * channels;
      for (int channel = 0; channel < channels; channel++) {
        int[] line = resized[to + channel];
        int first = table.first[x] * channels + channel;
        sum(stored, first, channels, rows, weights, x * table.taps, table.taps, line);
      }
    }
    for (int i = 0; i < run; i += BLOCK) {
      int end = Math.min(run, i + BLOCK);
      for (int row = 0; row < rows; row++) {
        int[] line = target[row];
        for (int sample = i; sample < end; sample++) {
          line[sample] = resized[sample][row];
        }
      }
    }
  }

  /** Copies a cut so that each column of samples becomes a line. */
  private static void turn(PixelImage image, Cut cut, int[][] lines) {
    byte[] samples = image.samples();
    int stride = image.width() * image.channels();
    int start = cut.top() * stride + cut.left() * image.channels();
    int stored = cut.columns() * image.channels();
    for (int y = 0; y < cut.rows(); y += BLOCK) {
      int end = Math.min(cut.rows(), y + BLOCK);
      for (int i = 0; i < stored; i++) {
        int[] line = lines[i];
        int from = start + y * stride + i;
        for (int row = y; row < end; row++, from += stride) {
          line[row] = samples[from] & 0xff;
        }
      }
    }
  }

  /** Resizes along columns. */
  private byte[] resizeColumns(int[][] rows, Cut cut, boolean same, int channels) {
    int run = width * channels;
    byte[] result = new byte[height * run];
    if (same) {
      for (int y = 0; y < height; y++) {
        narrow(rows[y], result, y * run, run);
      }
      return result;
    }
    ResizeTable table = ResizeTable.of(cut.rows(), cut.y0(), cut.y1(), height, filter);
    int[] weights = table.fixed();
    int[] sums = SCRATCH.get().sums(run);
    for (int y = 0; y < height; y++) {
      sum(rows, table.first[y], 1, run, weights, y * table.taps, table.taps, sums);
      narrow(sums, result, y * run, run);
    }
    return result;
  }

  private static void narrow(int[] samples, byte[] result, int at, int length) {
    for (int i = 0; i < length; i++) {
      result[at + i] = (byte) samples[i];
    }
  }

  /**
   * Adds up lines of samples by weights, four at a time, and rounds to 8 bits.
   *
   * @param first number of the first line
   * @param step from one line to the next
   * @param length samples of a line
   * @param result (length) samples, overwritten
   */
  private static void sum(
      int[][] lines,
      int first,
      int step,
      int length,
      int[] weights,
      int firstWeight,
      int taps,
      int[] result) {
    Arrays.fill(result, 0, length, ROUNDING);
    int k = 0;
    for (; k + 3 < taps; k += 4) {
      int line = first + k * step;
      int weight = firstWeight + k;
      addFour(
          lines[line],
          lines[line + step],
          lines[line + 2 * step],
          lines[line + 3 * step],
          weights[weight],
          weights[weight + 1],
          weights[weight + 2],
          weights[weight + 3],
          length,
          result);
    }
    for (; k < taps; k++) {
      int[] line = lines[first + k * step];
      int weight = weights[firstWeight + k];
      for (int i = 0; i < length; i++) {
        result[i] += line[i] * weight;
      }
    }
    for (int i = 0; i < length; i++) {
      result[i] = Math.max(0, Math.min(255, result[i] >> ResizeTable.BITS));
    }
  }

  private static void addFour(
      int[] first,
      int[] second,
      int[] third,
      int[] fourth,
      int a,
      int b,
      int c,
      int d,
      int length,
      int[] result) {
    for (int i = 0; i < length; i++) {
      result[i] += first[i] * a + second[i] * b + third[i] * c + fourth[i] * d;
    }
  }

  private void flip(byte[] samples, int channels) {
    for (int y = 0; y < height; y++) {
      int low = y * width * channels;
      int high = low + (width - 1) * channels;
      for (; low < high; low += channels, high -= channels) {
        for (int channel = 0; channel < channels; channel++) {
          byte swap = samples[low + channel];
          samples[low + channel] = samples[high + channel];
          samples[high + channel] = swap;
        }
      }
    }
  }

  /**
   * Takes a view out of a picture of classes: each pixel is the one under its centre.
   *
   * @return (height, width) numbers
   */
  public char[] classes(NumberImage image, View view) {
    Cut cut = Cut.of(view, image.height(), image.width(), height, width, filter);
    int[] rows = nearest(cut.y0(), cut.y1(), height, cut.rows());
    int[] columns = nearest(cut.x0(), cut.x1(), width, cut.columns());
    char[] result = new char[height * width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int line = (cut.top() + rows[y]) * image.width() + cut.left();
      for (int x = 0; x < width; x++) {
        int column = view.flipped() ? columns[width - 1 - x] : columns[x];
        result[to++] = image.samples()[line + column];
      }
    }
    return result;
  }

  /**
   * Takes a view out of a picture of quantities, such as depth, without rounding in between.
   *
   * @return (height, width) numbers
   */
  public float[] quantities(NumberImage image, View view) {
    float[] result = new float[height * width];
    Cut cut = Cut.of(view, image.height(), image.width(), height, width, filter);
    if (filter == ResizeFilter.NEAREST || (cut.keepsRows(height) && cut.keepsColumns(width))) {
      char[] samples = classes(image, view);
      for (int i = 0; i < result.length; i++) {
        result[i] = samples[i];
      }
      return result;
    }
    ResizeTable across = ResizeTable.of(cut.columns(), cut.x0(), cut.x1(), width, filter);
    ResizeTable down = ResizeTable.of(cut.rows(), cut.y0(), cut.y1(), height, filter);
    float[] rows = new float[cut.rows() * width];
    for (int y = 0; y < cut.rows(); y++) {
      int from = (cut.top() + y) * image.width() + cut.left();
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int k = 0; k < across.taps; k++) {
          sum += image.samples()[from + across.first[x] + k] * across.weights[x * across.taps + k];
        }
        rows[y * width + (view.flipped() ? width - 1 - x : x)] = (float) sum;
      }
    }
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < down.taps; k++) {
        float weight = (float) down.weights[y * down.taps + k];
        int from = (down.first[y] + k) * width;
        for (int x = 0; x < width; x++) {
          result[y * width + x] += rows[from + x] * weight;
        }
      }
    }
    return result;
  }

  /** Returns for every pixel of a resized line the pixel under its centre. */
  private static int[] nearest(double from, double to, int length, int size) {
    double scale = (to - from) / length;
    int[] nearest = new int[length];
    for (int i = 0; i < length; i++) {
      int at = (int) Math.floor(from + (i + 0.5) * scale);
      nearest[i] = Math.max(0, Math.min(at, size - 1));
    }
    return nearest;
  }
}
