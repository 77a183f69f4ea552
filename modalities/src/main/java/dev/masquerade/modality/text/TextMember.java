package dev.masquerade.modality.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.modality.BadSampleException;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads members that hold text. */
final class TextMember {

  private static final Pattern PLACE = Pattern.compile("at line [0-9]+ column [0-9]+");

  private TextMember() {}

  /** Returns the text of UTF-8 bytes, refusing bytes that are not. */
  static String text(byte[] bytes) throws BadSampleException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadSampleException("text is not UTF-8", e);
    }
  }

  static JsonElement json(byte[] bytes) throws BadSampleException {
    try {
      return JsonParser.parseString(text(bytes));
    } catch (JsonParseException e) {
      throw new BadSampleException("JSON cannot be read: " + reason(e), e);
    } catch (StackOverflowError e) {
      throw new BadSampleException("JSON is nested too deeply", e);
    }
  }

  /** Says what is wrong in our words: the library's name its classes. */
  private static String reason(JsonParseException failure) {
    Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
    return (failure.getCause() instanceof EOFException
            ? "it ends before it is complete"
            : "it is malformed")
        + (place.find() ? ", " + place.group() : "");
  }

  /** Returns the string of a JSON value, naming what it should have been. */
  static String string(JsonElement element, String what) throws BadSampleException {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()) {
      return element.getAsString();
    }
    throw new BadSampleException(what + " must be a string, was " + brief(element));
  }

  /** Returns the finite number of a JSON value, naming what it should have been. */
  static double number(JsonElement element, String what) throws BadSampleException {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber()) {
      double value = element.getAsDouble();
      if (Double.isFinite(value)) {
        return value;
      }
    }
    throw new BadSampleException(what + " must be a number, was " + brief(element));
  }

  private static String brief(JsonElement element) {
    String text = element.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
