package dev.masquerade.train.tokenizer;

import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.head.CodeUse;
import java.util.List;
import java.util.Locale;

/**
 * How well a tokenizer keeps pictures.
 *
 * @param frames pictures that were looked at
 * @param content what they hold
 * @param codes how often each id was chosen
 * @param error root mean square per number; of class maps the share of pixels with another class
 * @param errorOfMean the same error of the mean of these pictures, which is what can be had without
 *     any token; of class maps of the commonest class at every pixel
 * @param first some of the pictures
 */
public record TokenizerReport(
    int frames,
    FrameContent content,
    CodeUse codes,
    double error,
    double errorOfMean,
    List<RebuiltFrame> first) {

  public TokenizerReport {
    first = List.copyOf(first);
  }

  /** Returns the report in lines. */
  public String text() {
    return String.format(
            Locale.ROOT,
            "pictures      %,d%n" + "error         %.4f %s%n" + "without ids   %.4f, from the %s%n",
            frames,
            error,
            content == FrameContent.CLASSES
                ? "of pixels have another class"
                : "root mean square per number",
            errorOfMean,
            content == FrameContent.CLASSES
                ? "commonest class of each pixel"
                : "mean of the pictures")
        + line(codes);
  }

  /** Returns a line that says how many codes were used. */
  static String line(CodeUse codes) {
    return String.format(
        Locale.ROOT,
        "codes         %s%,d, %,d of them used (%.1f %%), perplexity %.1f%n",
        codes.books() == 1 ? "" : codes.books() + " x ",
        codes.codes(),
        codes.used(),
        100 * codes.share(),
        codes.perplexity());
  }
}
