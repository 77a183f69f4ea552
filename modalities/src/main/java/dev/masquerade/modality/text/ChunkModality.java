package dev.masquerade.modality.text;

import com.google.gson.JsonElement;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
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

/**
 * Pieces of text that masking keeps or drops whole.
 *
 * <p>Reads {@code tokenizer}, {@code maxTokens}, {@code vocabularySize} and the option {@code
 * order}: {@code stored} or {@code random}.
 */
final class ChunkModality implements Modality {

  /** How chunks are ordered in a sample. */
  enum Order {
    STORED,
    RANDOM
  }

  /** Makes the chunks of a sample from what is stored of it. */
  interface Source {
    List<String> chunks(JsonElement content) throws BadSampleException;
  }

  private final Source source;
  private final int defaultMaxTokens;
  private final Order defaultOrder;

  ChunkModality(Source source, int defaultMaxTokens, Order defaultOrder) {
    this.source = source;
    this.defaultMaxTokens = defaultMaxTokens;
    this.defaultOrder = defaultOrder;
  }

  /** Chunks as a list of strings. */
  static List<String> strings(JsonElement content) throws BadSampleException {
    if (!content.isJsonArray()) {
      throw new BadSampleException("chunks must be a JSON list of strings");
    }
    List<String> chunks = new ArrayList<>();
    for (JsonElement item : content.getAsJsonArray()) {
      chunks.add(TextMember.string(item, "a chunk"));
    }
    return chunks;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut("order");
    return new Tokenizer(
        TextSequence.open(settings, defaultMaxTokens, TokenLayout.Unit.CHUNK),
        source,
        settings.choice("order", Order.class, defaultOrder));
  }

  private record Tokenizer(TextSequence sequence, Source source, Order order)
      implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return sequence.spec();
    }

    @Override
    public Set<String> extensions() {
      return Set.of("json");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      List<String> chunks = source.chunks(TextMember.json(bytes));
      if (chunks.isEmpty()) {
        throw new BadSampleException("there are no chunks");
      }
      return new Decoded(this, List.copyOf(chunks));
    }

    @Override
    public Optional<TextCodec> text() {
      return Optional.of(sequence.tokenizer());
    }
  }

  private record Decoded(Tokenizer tokenizer, List<String> chunks) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public Optional<String> text(View view) {
      return Optional.of(String.join(" ", ordered(view)));
    }

    @Override
    public TokenizedModality tokenize(View view) {
      return tokenizer.sequence().chunks(ordered(view));
    }

    private List<String> ordered(View view) {
      if (tokenizer.order() != Order.RANDOM) {
        return chunks;
      }
      List<String> ordered = new ArrayList<>(chunks);
      shuffle(ordered, CaptionModality.stream(view));
      return ordered;
    }
  }

  static <T> void shuffle(List<T> list, UniformRandomProvider rng) {
    for (int i = list.size() - 1; i > 0; i--) {
      java.util.Collections.swap(list, i, rng.nextInt(i + 1));
    }
  }
}
