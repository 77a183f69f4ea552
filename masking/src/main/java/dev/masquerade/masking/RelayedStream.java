package dev.masquerade.masking;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * A stream that draws from whichever stream it is given, so that samplers are built once and not
 * once per sample. Used by one thread.
 */
final class RelayedStream implements UniformRandomProvider {

  private UniformRandomProvider source;

  RelayedStream(UniformRandomProvider source) {
    this.source = source;
  }

  void use(UniformRandomProvider stream) {
    source = stream;
  }

  @Override
  public long nextLong() {
    return source.nextLong();
  }
}
