package dev.masquerade.model.sample;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.SpanMarks;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What golden files say of the special ids of texts, in words that they wrote for people. */
final class GoldenVocabulary {

  /** Special ids as the reference's tokenizers have them; what a file says goes before. */
  private static final SpanMarks USUAL = new SpanMarks(0, 3, 4, 8);

  private static final Pattern PAD = Pattern.compile("\\[PAD\\]\\s+(\\d+)");
  private static final Pattern END = Pattern.compile("\\[EOS\\]\\s+(\\d+)");
  private static final Pattern SENTINELS =
      Pattern.compile("\\[S_i\\]\\s+(\\d+)\\s*\\+\\s*i(?:\\s*\\((\\d+) of them\\))?");
  private static final Pattern END_OF_CALL = Pattern.compile("\\bend id (\\d+)");

  private GoldenVocabulary() {}

  /** Returns the special ids that a file states with some of its states. */
  static SpanMarks of(JsonObject file) {
    if (file.has("states")) {
      for (JsonElement state : file.getAsJsonArray("states")) {
        if (state.getAsJsonObject().has("vocabulary")) {
          return ofState(state.getAsJsonObject(), USUAL);
        }
      }
    }
    return USUAL;
  }

  /**
   * Returns the special ids of one state: as it states them, else as others of its file do.
   *
   * @param otherwise those of the file
   */
  static SpanMarks ofState(JsonObject state, SpanMarks otherwise) {
    String written = state.has("vocabulary") ? state.get("vocabulary").getAsString() : "";
    String call = state.has("call") ? state.get("call").getAsString() : "";
    Matcher sentinels = SENTINELS.matcher(written);
    boolean stated = sentinels.find();
    int first = stated ? Integer.parseInt(sentinels.group(1)) : otherwise.firstSentinelId();
    int count =
        stated && Optional.ofNullable(sentinels.group(2)).isPresent()
            ? Integer.parseInt(sentinels.group(2))
            : otherwise.sentinelCount();
    int end = number(END, written).orElse(otherwise.endId());
    return new SpanMarks(
        number(PAD, written).orElse(otherwise.padId()),
        number(END_OF_CALL, call).orElse(end),
        first,
        count);
  }

  private static OptionalInt number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
