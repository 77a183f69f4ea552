package dev.masquerade.data.schema;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Cuts protobuf text format into words, numbers, texts and signs, skipping blanks and comments. */
final class TextprotoTokens {

  /** What a token is. */
  enum Kind {
    WORD,
    NUMBER,
    TEXT,
    SIGN,
    END
  }

  private final String source;
  private int next;
  private int line = 1;

  private Kind kind = Kind.END;
  private String text = "";
  private int tokenLine = 1;

  TextprotoTokens(String source) throws SyntaxException {
    this.source = source;
    advance();
  }

  /** Returns what the current token is. */
  Kind kind() {
    return kind;
  }

  /** Returns the current token; of a text its content, without quotes and escapes. */
  String text() {
    return text;
  }

  /** Returns the line of the current token. */
  int line() {
    return tokenLine;
  }

  /** Says whether the current token is the given sign. */
  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  /** Returns the current token as messages show it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the file";
      case TEXT -> "the text \"" + text + "\"";
      case WORD, NUMBER, SIGN -> "\"" + text + "\"";
    };
  }

  /** Moves to the next token. */
  void advance() throws SyntaxException {
    skipBlanks();
    tokenLine = line;
    if (next == source.length()) {
      kind = Kind.END;
      text = "";
      return;
    }
    char first = source.charAt(next);
    if (first == '"' || first == '\'') {
      kind = Kind.TEXT;
      text = quoted(first);
    } else if (isWordStart(first)) {
      kind = Kind.WORD;
      text = run();
    } else if (isDigit(first) || first == '.' || first == '-' || first == '+') {
      kind = Kind.NUMBER;
      text = number();
    } else if ("{}<>[]:,;".indexOf(first) >= 0) {
      kind = Kind.SIGN;
      text = String.valueOf(first);
      next++;
    } else {
      throw new SyntaxException(line, "unexpected character \"" + first + "\".");
    }
  }

  private void skipBlanks() {
    while (next < source.length()) {
      char c = source.charAt(next);
      if (c == '#') {
        while (next < source.length() && source.charAt(next) != '\n') {
          next++;
        }
      } else if (c == '\n') {
        line++;
        next++;
      } else if (Character.isWhitespace(c) || c == '\uFEFF') {
        next++;
      } else {
        return;
      }
    }
  }

  private String number() throws SyntaxException {
    int from = next;
    if (source.charAt(next) == '-') {
      next++;
      if (next < source.length() && isWordStart(source.charAt(next))) {
        return "-" + run();
      }
    }
    int digits = next;
    while (next < source.length() && continuesNumber(from)) {
      next++;
    }
    if (digits == next) {
      throw new SyntaxException(line, "unexpected character \"" + source.charAt(from) + "\".");
    }
    return (digits > from ? "-" : "") + source.substring(digits, next);
  }

  private boolean continuesNumber(int from) {
    char c = source.charAt(next);
    if (isWordStart(c) || isDigit(c) || c == '.') {
      return true;
    }
    char before = next > from ? source.charAt(next - 1) : ' ';
    return (c == '-' || c == '+') && (before == 'e' || before == 'E');
  }

  private String run() {
    int from = next;
    while (next < source.length()
        && (isWordStart(source.charAt(next)) || isDigit(source.charAt(next)))) {
      next++;
    }
    return source.substring(from, next);
  }

  /** Reads a quoted text; escapes name bytes, and the bytes together are UTF-8. */
  private String quoted(char quote) throws SyntaxException {
    int from = line;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    next++;
    while (next < source.length() && source.charAt(next) != '\n') {
      int c = source.codePointAt(next);
      next += Character.charCount(c);
      if (c == quote) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
      if (c == '\\') {
        escape(bytes);
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    throw new SyntaxException(
        from, "a text starts here and does not end: its closing quote is missing.");
  }

  private void escape(ByteArrayOutputStream bytes) throws SyntaxException {
    char c = next < source.length() ? source.charAt(next++) : ' ';
    int simple = "abfnrtv\\'\"?".indexOf(c);
    if (simple >= 0) {
      bytes.write("\u0007\b\f\n\r\t\u000b\\'\"?".charAt(simple));
    } else if (c >= '0' && c <= '7') {
      next--;
      bytes.write(digits(8, 3));
    } else if (c == 'x' || c == 'X') {
      bytes.write(digits(16, 2));
    } else if (c == 'u' || c == 'U') {
      int codePoint = digits(16, c == 'u' ? 4 : 8);
      if (!Character.isValidCodePoint(codePoint)) {
        throw new SyntaxException(
            line, "there is no such character: \\" + c + " escapes a code point.");
      }
      bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    } else {
      throw new SyntaxException(
          line, "\"\\" + c + "\" is not an escape sequence; write \"\\\\\" for a backslash.");
    }
  }

  private int digits(int radix, int most) throws SyntaxException {
    int from = next;
    int value = 0;
    while (next < source.length() && next - from < most) {
      int digit = Character.digit(source.charAt(next), radix);
      if (digit < 0) {
        break;
      }
      value = value * radix + digit;
      next++;
    }
    if (from == next) {
      throw new SyntaxException(line, "an escape sequence lacks its digits.");
    }
    return value;
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
