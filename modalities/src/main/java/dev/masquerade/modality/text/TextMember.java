package dev.masquerade.modality.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads members that hold text. */
final class TextMember {

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
      throw new BadSampleException("JSON cannot be read: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new BadSampleException("JSON is nested too deeply", e);
    }
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
