package dev.masquerade.train.metric;

import java.util.List;

/** Where the numbers of a run go. Used by one thread. */
public interface MetricSink extends AutoCloseable {

  /** Takes values down. They are safe from the death of this process once this returns. */
  void record(MetricRecord record);

  /** Takes a picture down, where the sink can hold one. */
  default void picture(long step, MetricPicture picture) {}

  /** Waits until everything recorded is on the disk itself, safe from the death of the machine. */
  void sync();

  @Override
  void close();

  /** Returns a sink that gives everything to several, in order. */
  static MetricSink all(List<MetricSink> sinks) {
    List<MetricSink> copy = List.copyOf(sinks);
    return new MetricSink() {
      @Override
      public void record(MetricRecord record) {
        copy.forEach(sink -> sink.record(record));
      }

      @Override
      public void picture(long step, MetricPicture picture) {
        copy.forEach(sink -> sink.picture(step, picture));
      }

      @Override
      public void sync() {
        copy.forEach(MetricSink::sync);
      }

      @Override
      public void close() {
        copy.forEach(MetricSink::close);
      }
    };
  }
}
