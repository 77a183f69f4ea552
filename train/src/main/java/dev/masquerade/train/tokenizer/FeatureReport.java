package dev.masquerade.train.tokenizer;

import dev.masquerade.model.head.CodeUse;
import java.util.Locale;

/**
 * How well a tokenizer keeps features that another network computed.
 *
 * @param samples that were looked at
 * @param codes how often each id was chosen
 * @param cosine mean over places of the cosine between a vector and what came back, in [-1, 1]
 * @param cosineOfMean the same of the mean direction at each place, which needs no ids
 * @param error mean square per number
 * @param errorOfMean the same of the mean vector at each place, which needs no ids
 */
public record FeatureReport(
    int samples,
    CodeUse codes,
    double cosine,
    double cosineOfMean,
    double error,
    double errorOfMean) {

  /** Returns the report in lines. */
  public String text() {
    return String.format(
            Locale.ROOT,
            "features      %,d%n"
                + "cosine        %.4f mean similarity%n"
                + "without ids   %.4f, from the mean direction%n"
                + "error         %.4f mean square per number%n"
                + "without ids   %.4f, from the mean of the features%n",
            samples,
            cosine,
            cosineOfMean,
            error,
            errorOfMean)
        + TokenizerReport.line(codes);
  }
}
