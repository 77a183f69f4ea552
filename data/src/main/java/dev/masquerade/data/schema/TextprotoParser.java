package dev.masquerade.data.schema;

import dev.masquerade.data.schema.TextprotoTokens.Kind;
import dev.masquerade.data.schema.WrittenValue.Block;
import dev.masquerade.data.schema.WrittenValue.Entry;
import dev.masquerade.data.schema.WrittenValue.Scalar;
import dev.masquerade.data.schema.WrittenValue.Sequence;
import java.util.ArrayList;
import java.util.List;

/*
 * Protobuf's own TextFormat stops at the first wrong value, enum constant or repeated field, and
 * tells lines only of fields that it could read. People who configure a run want to hear of all
 * mistakes at once, so the text becomes a tree first: only a text that is no text format stops the
 * reading. What is accepted is text format without extensions, Any and groups; a test reads the
 * same files with TextFormat and compares.
 */
/** Parses protobuf text format into a tree that knows its lines. */
final class TextprotoParser {

  /** As deep as protobuf's own parser goes; our schemas need five. */
  private static final int MAX_DEPTH = 100;

  private final TextprotoTokens tokens;
  private int depth;

  private TextprotoParser(String source) throws SyntaxException {
    this.tokens = new TextprotoTokens(source);
  }

  /** Parses a whole file. */
  static Block parse(String source) throws SyntaxException {
    TextprotoParser parser = new TextprotoParser(source);
    Block block = new Block(parser.entries(""), 1);
    if (parser.tokens.kind() != Kind.END) {
      throw parser.unexpected("a field name");
    }
    return block;
  }

  /** Parses the value of a field, as it would stand after the field's name and colon. */
  static WrittenValue parseValue(String source) throws SyntaxException {
    TextprotoParser parser = new TextprotoParser(source);
    WrittenValue value = parser.value();
    if (parser.tokens.kind() != Kind.END) {
      throw parser.unexpected("the end of the value");
    }
    return value;
  }

  /** Reads entries up to a closing sign, which is left, or to the end where it is empty. */
  private List<Entry> entries(String closing) throws SyntaxException {
    List<Entry> entries = new ArrayList<>();
    while (tokens.kind() != Kind.END && !(tokens.kind() == Kind.SIGN && tokens.isSign(closing))) {
      if (tokens.kind() != Kind.WORD) {
        throw unexpected("a field name");
      }
      String name = tokens.text();
      int line = tokens.line();
      tokens.advance();
      boolean colon = tokens.isSign(":");
      if (colon) {
        tokens.advance();
      } else if (!tokens.isSign("{") && !tokens.isSign("<")) {
        throw unexpected("\":\" or \"{\" after \"" + name + "\"");
      }
      entries.add(new Entry(name, value(), line));
      if (tokens.isSign(",") || tokens.isSign(";")) {
        tokens.advance();
      }
    }
    return entries;
  }

  private WrittenValue value() throws SyntaxException {
    int line = tokens.line();
    if (++depth > MAX_DEPTH) {
      throw new SyntaxException(line, "blocks are nested more than " + MAX_DEPTH + " deep.");
    }
    WrittenValue value = valueOfAnyKind(line);
    depth--;
    return value;
  }

  private WrittenValue valueOfAnyKind(int line) throws SyntaxException {
    if (tokens.isSign("{")) {
      return block("}", line);
    }
    if (tokens.isSign("<")) {
      return block(">", line);
    }
    if (tokens.isSign("[")) {
      return sequence(line);
    }
    return switch (tokens.kind()) {
      case TEXT -> {
        StringBuilder text = new StringBuilder();
        while (tokens.kind() == Kind.TEXT) {
          text.append(tokens.text());
          tokens.advance();
        }
        yield new Scalar(text.toString(), true, line);
      }
      case WORD, NUMBER -> {
        String text = tokens.text();
        tokens.advance();
        yield new Scalar(text, false, line);
      }
      case SIGN, END -> throw unexpected("a value");
    };
  }

  private Block block(String closing, int line) throws SyntaxException {
    tokens.advance();
    List<Entry> entries = entries(closing);
    if (!tokens.isSign(closing)) {
      throw new SyntaxException(
          line, "the block that starts here is not closed by \"" + closing + "\".");
    }
    tokens.advance();
    return new Block(entries, line);
  }

  private Sequence sequence(int line) throws SyntaxException {
    List<WrittenValue> values = new ArrayList<>();
    tokens.advance();
    while (!tokens.isSign("]")) {
      if (!values.isEmpty()) {
        if (!tokens.isSign(",")) {
          throw unexpected("\",\" or \"]\"");
        }
        tokens.advance();
      }
      values.add(value());
    }
    tokens.advance();
    return new Sequence(values, line);
  }

  private SyntaxException unexpected(String expected) {
    return new SyntaxException(
        tokens.line(), "expected " + expected + ", found " + tokens.shown() + ".");
  }
}
