package dev.masquerade.modality.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TextCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A Hugging Face {@code tokenizer.json}. Runs without a network; the library's own CPU build is
 * used whatever machine it finds. Safe for use by several threads.
 */
public final class TextTokenizer implements TextCodec {

  /** Token that fills places. */
  static final String PAD = "[PAD]";

  /** Token for what no piece covers. */
  static final String UNKNOWN = "[UNK]";

  /** Token that opens a text; unused by masking. */
  static final String START = "[SOS]";

  /** Token that closes a text. */
  static final String END = "[EOS]";

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Integer> vocabulary;
  private final Map<Integer, String> tokens = new HashMap<>();
  private final SpanMarks marks;
  private final int vocabularySize;
  private final BitSet special;

  private TextTokenizer(
      HuggingFaceTokenizer tokenizer, Map<String, Integer> vocabulary, SpanMarks marks) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.marks = marks;
    this.special = new BitSet();
    int largest = 0;
    for (Map.Entry<String, Integer> token : vocabulary.entrySet()) {
      largest = Math.max(largest, token.getValue());
      tokens.put(token.getValue(), token.getKey());
      if (token.getKey().equals(PAD)
          || token.getKey().equals(START)
          || token.getKey().equals(END)
          || marks.isSentinel(token.getValue())) {
        special.set(token.getValue());
      }
    }
    this.vocabularySize = largest + 1;
  }

  /**
   * Loads a tokenizer.
   *
   * @throws InvalidSettingsException if the file cannot be read or lacks the tokens masking needs
   */
  public static TextTokenizer load(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw invalid(
          file,
          "does not exist. Check the path, or make one with \"masquerade tokenizer fit text\"");
    } catch (IOException e) {
      throw invalid(file, "cannot be read: " + e.getMessage());
    }
    Map<String, Integer> vocabulary = vocabulary(file, bytes);
    SpanMarks marks = marks(file, vocabulary);
    // Where it finds a certain graphics card the library would fetch another build of itself.
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu");
    }
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(bytes),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
      return new TextTokenizer(tokenizer, vocabulary, marks);
    } catch (IOException | RuntimeException e) {
      throw invalid(file, "is not a tokenizer.json that can be used: " + e.getMessage());
    }
  }

  /** Loads the tokenizer a declaration names. */
  static TextTokenizer of(ModalitySettings settings) {
    return load(
        settings
            .tokenizer()
            .orElseThrow(
                () ->
                    new InvalidSettingsException(
                        "tokenizer",
                        settings.name()
                            + " needs a tokenizer.json. Name one, or make one from your texts with"
                            + " \"masquerade tokenizer fit\"")));
  }

  /**
   * Returns the vocabulary size of a modality that uses this tokenizer: the declared one, or its
   * own.
   *
   * @throws InvalidSettingsException if the declared one is too small for its ids
   */
  int vocabularySize(ModalitySettings settings) {
    if (settings.vocabularySize() == 0) {
      return vocabularySize;
    }
    if (settings.vocabularySize() < vocabularySize) {
      throw new InvalidSettingsException(
          "vocabulary_size",
          settings.name()
              + " declares "
              + settings.vocabularySize()
              + " ids, but its tokenizer has "
              + vocabularySize);
    }
    return settings.vocabularySize();
  }

  private static Map<String, Integer> vocabulary(Path file, byte[] bytes) {
    Map<String, Integer> vocabulary = new HashMap<>();
    try {
      JsonObject root =
          JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
      JsonObject model = root.getAsJsonObject("model");
      for (Map.Entry<String, JsonElement> entry : model.getAsJsonObject("vocab").entrySet()) {
        vocabulary.put(entry.getKey(), entry.getValue().getAsInt());
      }
      if (root.has("added_tokens")) {
        for (JsonElement added : root.getAsJsonArray("added_tokens")) {
          JsonObject token = added.getAsJsonObject();
          vocabulary.put(token.get("content").getAsString(), token.get("id").getAsInt());
        }
      }
    } catch (JsonSyntaxException
        | IllegalStateException
        | ClassCastException
        | NullPointerException
        | NumberFormatException e) {
      throw invalid(
          file,
          "is not a tokenizer.json: it has no vocabulary of tokens and ids. Make one with"
              + " \"masquerade tokenizer fit text\"");
    }
    return vocabulary;
  }

  private static SpanMarks marks(Path file, Map<String, Integer> vocabulary) {
    Integer pad = vocabulary.get(PAD);
    Integer end = vocabulary.get(END);
    Integer first = vocabulary.get(sentinel(0));
    int count = 0;
    if (first != null) {
      while (Integer.valueOf(first + count).equals(vocabulary.get(sentinel(count)))) {
        count++;
      }
    }
    if (pad == null || end == null || first == null || count < 2) {
      throw invalid(
          file,
          "lacks tokens that span masking needs: [PAD], [EOS] and consecutive [S_0], [S_1], ..."
              + " Make one with \"masquerade tokenizer fit\"");
    }
    return new SpanMarks(pad, end, first, count);
  }

  /** Returns the token of sentinel {@code k}. */
  static String sentinel(int k) {
    return "[S_" + k + "]";
  }

  private static InvalidSettingsException invalid(Path file, String what) {
    return new InvalidSettingsException("tokenizer", file + " " + what);
  }

  /** Returns the special ids of span masking. */
  public SpanMarks marks() {
    return marks;
  }

  /** Returns one more than the largest id. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** Returns the id of a token as the vocabulary writes it. */
  public OptionalInt id(String token) {
    Integer id = vocabulary.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public int[] encode(String text) {
    long[] wide = tokenizer.encode(text, false, false).getIds();
    int[] ids = new int[wide.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) wide[i];
    }
    return ids;
  }

  /**
   * Returns the text of ids, leaving out padding, start, end and sentinels. Numbers such as {@code
   * v0=12} stay: they are content.
   */
  @Override
  public String decode(int[] ids) {
    long[] kept = new long[ids.length];
    int count = 0;
    for (int id : ids) {
      if (id >= 0 && id < vocabularySize && !special.get(id)) {
        kept[count++] = id;
      }
    }
    return count == 0 ? "" : tokenizer.decode(java.util.Arrays.copyOf(kept, count), false);
  }

  @Override
  public String token(int id) {
    return tokens.getOrDefault(id, "");
  }
}
