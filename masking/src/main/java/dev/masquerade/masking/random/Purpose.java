package dev.masquerade.masking.random;

/**
 * What a random stream is for. Streams of one sample for two purposes are independent, so that one
 * step may draw more or less without changing the other.
 */
public enum Purpose {
  /** Which part of a picture is looked at, and whether it is flipped. */
  VIEW(1),
  /** Which tokens are seen, predicted or dropped. */
  MASKING(2),
  /** In which order shards and samples come. */
  ORDER(3),
  /** From which data set of a mixture the next sample comes. */
  MIXTURE(4),
  /** Which of several equally good contents is used, for example one caption of five. */
  CHOICE(5),
  /** What a generator of data renders. */
  SYNTHESIS(6),
  /** Which branches of the network one training step skips. */
  DROP_PATH(7),
  /** Which tokens are generated, and in which order. */
  GENERATION(8),
  /** At which of several resolutions a batch shows its pictures. */
  RESOLUTION(9);

  /** Part of every stream's seed, so it must never change; the order of constants may. */
  final long code;

  Purpose(long code) {
    this.code = code;
  }
}
