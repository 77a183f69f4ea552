package dev.masquerade.data.pipeline;

/** More samples were bad than the run allows. */
public final class TooManyBadSamplesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long limit;

  TooManyBadSamplesException(BadSample last, long limit, String setting) {
    super(
        last.describe()
            + System.lineSeparator()
            + (limit == 0
                ? "No bad sample is allowed."
                : "That is one more bad sample than the " + limit + " allowed.")
            + " Raise "
            + setting
            + ", or rewrite the shards.");
    this.limit = limit;
  }

  /** Returns how many were allowed. */
  public long limit() {
    return limit;
  }
}
