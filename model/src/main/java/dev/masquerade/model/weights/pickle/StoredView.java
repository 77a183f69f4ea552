package dev.masquerade.model.weights.pickle;

import dev.masquerade.model.weights.FileRegions;
import dev.masquerade.model.weights.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A tensor whose storage has been found: brings its values into row-major order. */
final class StoredView {

  private static final int GATHERED = 1 << 20;

  /** Bytes of a storage mapped at once; a multiple of every element's size. */
  private static final long SEGMENT = 1L << 30;

  private final FileRegions regions;
  private final long begin;
  private final TensorView view;

  /**
   * Creates a view.
   *
   * @param begin where its first value stands in the file, in bytes
   */
  StoredView(FileRegions regions, long begin, TensorView view) {
    this.regions = regions;
    this.begin = begin;
    this.view = view;
  }

  private long elements() {
    long elements = 1;
    for (long length : view.shape()) {
      elements *= length;
    }
    return elements;
  }

  /** Returns all bytes, which must fit one buffer. */
  ByteBuffer bytes() throws IOException {
    int length = Math.toIntExact(elements() * view.type().bytes());
    if (view.isContiguous()) {
      return regions.map(begin, length);
    }
    ByteBuffer gathered = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    new Walk().fill(gathered);
    return gathered.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Hands the bytes over in pieces. */
  void read(TensorSource.Pieces pieces) throws IOException {
    long end = elements() * view.type().bytes();
    if (view.isContiguous()) {
      regions.read(begin, end, pieces);
      return;
    }
    Walk walk = new Walk();
    ByteBuffer piece =
        ByteBuffer.allocate((int) Math.min(GATHERED, end)).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < end; at += GATHERED) {
      piece.clear().limit((int) Math.min(GATHERED, end - at));
      walk.fill(piece);
      pieces.take(piece.flip());
    }
  }

  /** Goes through the values in row-major order, wherever they stand. */
  private final class Walk {
    private final int bytes = view.type().bytes();
    private final int axes = view.shape().size();
    private final long[] index = new long[axes];
    private final @Nullable ByteBuffer[] segments;
    private final long reach;
    private long at;

    Walk() {
      long last = 0;
      for (int axis = 0; axis < axes; axis++) {
        last += (view.shape().get(axis) - 1) * view.strides().get(axis);
      }
      segments = new ByteBuffer[(int) (last * bytes / SEGMENT) + 1];
      reach = (last + 1) * bytes;
    }

    void fill(ByteBuffer target) throws IOException {
      while (target.hasRemaining()) {
        long place = at * bytes;
        ByteBuffer segment = segment((int) (place / SEGMENT));
        int offset = (int) (place % SEGMENT);
        switch (bytes) {
          case 1 -> target.put(segment.get(offset));
          case 2 -> target.putShort(segment.getShort(offset));
          case 4 -> target.putInt(segment.getInt(offset));
          default -> target.putLong(segment.getLong(offset));
        }
        advance();
      }
    }

    private void advance() {
      for (int axis = axes - 1; axis >= 0; axis--) {
        at += view.strides().get(axis);
        if (++index[axis] < view.shape().get(axis)) {
          return;
        }
        at -= index[axis] * view.strides().get(axis);
        index[axis] = 0;
      }
    }

    private ByteBuffer segment(int number) throws IOException {
      ByteBuffer segment = segments[number];
      if (segment == null) {
        long from = number * SEGMENT;
        segment = regions.map(begin + from, Math.min(SEGMENT, reach - from));
        segments[number] = segment;
      }
      return segment;
    }
  }
}
