package dev.masquerade.modality.sequence;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.modality.text.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Sequences of ids from elsewhere, masked by spans.
 *
 * <p>Members: {@code npy} of shape (tokens) or (crops, tokens), {@code json} with a list of ids or
 * a list of such lists, one per crop. Reads {@code maxTokens} (default 256), {@code vocabularySize}
 * and the option {@code vocab_offset}, which is added to every id (default 0). The special ids come
 * from {@code tokenizer}, a tokenizer.json, or from the options {@code pad_id} (default 0), {@code
 * first_sentinel_id} (default 4) and {@code sentinel_count} (default 200). There is no end token,
 * and nothing is cut: a sample that is too long is a bad one.
 */
final class TokenSequenceModality implements Modality {

  private static final int DEFAULT_MAX_TOKENS = 256;

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("vocab_offset", "pad_id", "first_sentinel_id", "sentinel_count");
    SpanMarks marks = marks(settings);
    int vocabulary = settings.vocabularySize();
    if (vocabulary == 0) {
      throw new InvalidSettingsException(
          "vocabulary_size",
          settings.name() + " needs the number of its ids, special ids and offset included");
    }
    int lastMark = Math.max(marks.padId(), marks.sentinel(marks.sentinelCount() - 1));
    if (lastMark >= vocabulary) {
      throw new InvalidSettingsException(
          "vocabulary_size",
          settings.name()
              + " has a vocabulary of "
              + vocabulary
              + ", which its special ids up to "
              + lastMark
              + " exceed");
    }
    int maxTokens = settings.maxTokens() == 0 ? DEFAULT_MAX_TOKENS : settings.maxTokens();
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Discrete(vocabulary),
            new TokenLayout.Sequence(maxTokens, marks, TokenLayout.Unit.TOKEN),
            settings.roles().isEmpty() ? Set.of(Role.INPUT, Role.TARGET) : settings.roles());
    return new Tokenizer(spec, vocabulary, maxTokens, settings.count("vocab_offset", 0, 0));
  }

  private static SpanMarks marks(ModalitySettings settings) {
    if (settings.tokenizer().isPresent()) {
      SpanMarks marks = TextTokenizer.load(settings.tokenizer().get()).marks();
      return new SpanMarks(marks.padId(), -1, marks.firstSentinelId(), marks.sentinelCount());
    }
    return new SpanMarks(
        settings.count("pad_id", 0, 0),
        -1,
        settings.count("first_sentinel_id", 4, 0),
        settings.count("sentinel_count", 200, 2));
  }

  private record Tokenizer(ModalitySpec spec, int vocabulary, int maxTokens, int offset)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("npy", "json");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      int[][] crops = extension.equals("json") ? json(bytes) : npy(bytes);
      for (int[] ids : crops) {
        if (ids.length > maxTokens) {
          throw new BadSampleException(
              "there are " + ids.length + " ids, more than max_tokens " + maxTokens);
        }
      }
      return new Decoded(crops);
    }

    private int[][] npy(byte[] bytes) throws BadSampleException {
      NpyArray array = NpyArray.read(bytes);
      if (array.rank() != 1 && array.rank() != 2) {
        throw new BadSampleException(
            "ids of shape " + array.shape() + " are neither (tokens) nor (crops, tokens)");
      }
      int tokens = array.dimension(array.rank() - 1);
      int[][] crops = new int[array.rank() == 1 ? 1 : array.dimension(0)][];
      for (int crop = 0; crop < crops.length; crop++) {
        crops[crop] = array.ids(crop * tokens, tokens, Math.max(0, vocabulary - offset));
        for (int i = 0; i < tokens; i++) {
          crops[crop][i] += offset;
        }
      }
      return crops;
    }

    private int[][] json(byte[] bytes) throws BadSampleException {
      try {
        JsonElement root = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
        JsonArray list = root.getAsJsonArray();
        boolean nested = !list.isEmpty() && list.get(0).isJsonArray();
        int[][] crops = new int[nested ? list.size() : 1][];
        for (int crop = 0; crop < crops.length; crop++) {
          JsonArray ids = nested ? list.get(crop).getAsJsonArray() : list;
          crops[crop] = new int[ids.size()];
          for (int i = 0; i < crops[crop].length; i++) {
            crops[crop][i] = id(ids.get(i).getAsBigDecimal().longValueExact());
          }
        }
        return crops;
      } catch (JsonParseException
          | IllegalStateException
          | ArithmeticException
          | NumberFormatException
          | UnsupportedOperationException e) {
        throw new BadSampleException("JSON is not a list of whole numbers: " + e.getMessage(), e);
      }
    }

    private int id(long stored) throws BadSampleException {
      if (stored < 0 || stored + offset >= vocabulary) {
        throw new BadSampleException(
            "id "
                + stored
                + " plus offset "
                + offset
                + " is outside the vocabulary of "
                + vocabulary);
      }
      return (int) (stored + offset);
    }
  }

  private record Decoded(int[][] crops) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public TokenizedModality tokenize(View view) {
      int crop = view.cropIndex() < crops.length ? view.cropIndex() : 0;
      return new TokenizedModality.IdSequence(crops[crop].clone());
    }
  }
}
