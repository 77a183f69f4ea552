package dev.masquerade.modality.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.EmptyContentException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Text, of which a sample may have several.
 *
 * <p>Members: {@code txt} holds one text; {@code json} a string, a list of strings, or a list of
 * objects with a {@code caption}. Reads {@code tokenizer}, {@code maxTokens} (default 256), {@code
 * vocabularySize} and the option {@code choose}: {@code crop} (default) takes the text of the
 * view's crop, or the first where there is none; {@code first}; {@code random}. A sample whose text
 * is empty, or blank, lacks the modality.
 */
final class CaptionModality implements Modality {

  private static final int DEFAULT_MAX_TOKENS = 256;

  /** Which of several texts is taken. */
  enum Choice {
    CROP,
    FIRST,
    RANDOM
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("choose");
    return new Tokenizer(
        TextSequence.open(settings, DEFAULT_MAX_TOKENS, TokenLayout.Unit.TOKEN),
        settings.choice("choose", Choice.class, Choice.CROP));
  }

  private record Tokenizer(TextSequence sequence, Choice choice) implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return sequence.spec();
    }

    @Override
    public Set<String> extensions() {
      return Set.of("txt", "json");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      List<String> texts = new ArrayList<>();
      if (extension.equals("json")) {
        collect(TextMember.json(bytes), texts);
      } else {
        texts.add(TextMember.text(bytes));
      }
      List<String> kept = new ArrayList<>();
      for (String text : texts) {
        kept.add(text.strip());
      }
      if (kept.stream().allMatch(String::isEmpty)) {
        throw new EmptyContentException("text is empty");
      }
      return new Decoded(this, List.copyOf(kept));
    }

    @Override
    public Optional<TextCodec> text() {
      return Optional.of(sequence.tokenizer());
    }
  }

  private static void collect(JsonElement element, List<String> texts) throws BadSampleException {
    if (element.isJsonArray()) {
      for (JsonElement item : element.getAsJsonArray()) {
        collect(item, texts);
      }
      return;
    }
    JsonElement value = element;
    if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      JsonElement caption = object.get("caption");
      if (caption == null) {
        throw new BadSampleException(
            "JSON object lacks \"caption\"; it has " + String.join(", ", object.keySet()));
      }
      value = caption;
    }
    texts.add(TextMember.string(value, "a caption"));
  }

  private record Decoded(Tokenizer tokenizer, List<String> texts) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public Optional<String> text(View view) throws BadSampleException {
      return Optional.of(chosen(view));
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      return tokenizer.sequence().whole(chosen(view));
    }

    private String chosen(View view) throws BadSampleException {
      int index =
          switch (tokenizer.choice()) {
            case FIRST -> 0;
            case CROP -> view.cropIndex() < texts.size() ? view.cropIndex() : 0;
            case RANDOM -> stream(view).nextInt(texts.size());
          };
      String text = texts.get(index);
      if (text.isEmpty()) {
        throw new EmptyContentException("text " + index + " of " + texts.size() + " is empty");
      }
      return text;
    }
  }

  /** Returns the stream of chance of a sample; split so that its first draws do not repeat. */
  static UniformRandomProvider stream(View view) {
    return RandomSource.SPLIT_MIX_64.create(view.seed());
  }
}
