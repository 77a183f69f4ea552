package dev.masquerade.train.embedding;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Fields of comma-separated values as Python writes them, so that equal tables are equal bytes. */
final class CsvText {

  /** Ends every line. */
  static final String LINE_END = "\r\n";

  private static final int POSITIONAL_FROM = -4;
  private static final int POSITIONAL_BELOW = 16;

  private CsvText() {}

  /** Returns a field, quoted where it has to be. */
  static String field(String text) {
    boolean plain =
        text.indexOf(',') < 0
            && text.indexOf('"') < 0
            && text.indexOf('\n') < 0
            && text.indexOf('\r') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** Returns the fewest digits that read back to the same float, written as NumPy writes them. */
  static String number(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= POSITIONAL_FROM && exponent < POSITIONAL_BELOW) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    BigDecimal mantissa = shortest.scaleByPowerOfTen(-exponent);
    return mantissa.stripTrailingZeros().toPlainString()
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** {@link Float#toString} gives a digit too many now and then before Java 19. */
  private static BigDecimal shortest(float value) {
    BigDecimal digits = new BigDecimal(Float.toString(value)).stripTrailingZeros();
    BigDecimal exact = new BigDecimal(value);
    while (digits.precision() > 1) {
      BigDecimal fewer =
          exact.round(new MathContext(digits.precision() - 1, RoundingMode.HALF_EVEN));
      if (fewer.floatValue() != value) {
        break;
      }
      digits = fewer.stripTrailingZeros();
    }
    return digits;
  }
}
