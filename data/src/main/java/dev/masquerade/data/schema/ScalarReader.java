package dev.masquerade.data.schema;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.masquerade.data.schema.WrittenValue.Scalar;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Gives a written word, number or text the type of its field. */
final class ScalarReader {

  /** How freely values may be written. */
  enum Strictness {
    /** As text format: texts in quotes, all else without, enum constants by their whole name. */
    TEXTPROTO,
    /** As protobuf's JSON: numbers and constants may stand in quotes. */
    JSON,
    /** As on a command line: texts need no quotes, constants may leave out their prefix. */
    OVERRIDE
  }

  /** A value that does not fit its field; the message says why and what would. */
  static final class MisfitException extends Exception {
    private static final long serialVersionUID = 1;

    MisfitException(String message) {
      super(message);
    }
  }

  private static final Set<String> TRUE = Set.of("true", "True", "t", "1");
  private static final Set<String> FALSE = Set.of("false", "False", "f", "0");

  private ScalarReader() {}

  /** Returns a value as {@code Message.Builder.setField} takes it. */
  static Object read(FieldDescriptor field, Scalar written, Strictness strictness)
      throws MisfitException {
    boolean text = field.getJavaType() == FieldDescriptor.JavaType.STRING;
    if (strictness == Strictness.TEXTPROTO && written.quoted() != text && !isBytes(field)) {
      throw new MisfitException(
          text
              ? written.text() + " is not a text; write it in quotes."
              : "\"" + written.text() + "\" is a text; write the value without quotes.");
    }
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 ->
          integer(written, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
      case UINT32, FIXED32 -> (int) integer(written, 0, 0xffffffffL).longValue();
      case INT64, SINT64, SFIXED64 -> integer(written, Long.MIN_VALUE, Long.MAX_VALUE).longValue();
      case UINT64, FIXED64 -> integer(written, 0, Long.MAX_VALUE).longValue();
      case DOUBLE -> real(written);
      case FLOAT -> (float) real(written);
      case BOOL -> bool(written);
      case STRING -> written.text();
      case BYTES -> ByteString.copyFromUtf8(written.text());
      case ENUM -> constant(field, written, strictness);
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is no scalar");
    };
  }

  private static boolean isBytes(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.BYTE_STRING;
  }

  private static BigInteger integer(Scalar written, long min, long max) throws MisfitException {
    BigInteger value = parseInteger(written);
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new MisfitException(
          written.text() + " is out of range; it must lie in " + min + " to " + max + ".");
    }
    return value;
  }

  private static BigInteger parseInteger(Scalar written) throws MisfitException {
    String text = written.text();
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    try {
      BigInteger value;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        value = new BigInteger(digits.substring(2), 16);
      } else if (digits.length() > 1 && digits.startsWith("0")) {
        value = new BigInteger(digits.substring(1), 8);
      } else if (digits.isEmpty() || !Character.isDigit(digits.charAt(0))) {
        throw new NumberFormatException("no digit");
      } else {
        value = new BigInteger(digits);
      }
      return negative ? value.negate() : value;
    } catch (NumberFormatException e) {
      throw new MisfitException(shown(written) + " is not a whole number.");
    }
  }

  private static double real(Scalar written) throws MisfitException {
    String text = written.text().toLowerCase(Locale.ROOT);
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    double value;
    switch (digits) {
      case "inf", "infinity" -> value = Double.POSITIVE_INFINITY;
      case "nan" -> value = Double.NaN;
      default -> {
        try {
          // A trailing f is text format; d and hexadecimal forms are Java's alone.
          if (!digits.matches("[0-9.]+(e[-+]?[0-9]+)?f?")) {
            throw new NumberFormatException("not decimal");
          }
          value = Double.parseDouble(digits);
        } catch (NumberFormatException e) {
          throw new MisfitException(shown(written) + " is not a number.");
        }
      }
    }
    return negative ? -value : value;
  }

  private static boolean bool(Scalar written) throws MisfitException {
    if (TRUE.contains(written.text())) {
      return true;
    }
    if (FALSE.contains(written.text())) {
      return false;
    }
    throw new MisfitException(shown(written) + " is neither true nor false.");
  }

  private static EnumValueDescriptor constant(
      FieldDescriptor field, Scalar written, Strictness strictness) throws MisfitException {
    String prefix =
        field.getEnumType().findValueByNumber(0).getName().replaceFirst("UNSPECIFIED$", "");
    List<String> known = new ArrayList<>();
    for (EnumValueDescriptor value : field.getEnumType().getValues()) {
      String name = value.getName();
      if (name.equals(written.text())
          || (strictness == Strictness.OVERRIDE
              && name.equals(prefix + written.text().toUpperCase(Locale.ROOT)))) {
        return value;
      }
      if (value.getNumber() != 0) {
        known.add(name);
      }
    }
    String upper = written.text().toUpperCase(Locale.ROOT);
    String meant = upper.startsWith(prefix) ? upper : prefix + upper;
    throw new MisfitException(
        DidYouMean.unknown(written.text(), meant, "a value of " + field.getName(), known));
  }

  private static String shown(Scalar written) {
    return "\"" + written.text() + "\"";
  }
}
