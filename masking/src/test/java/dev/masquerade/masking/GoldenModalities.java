package dev.masquerade.masking;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Modalities as the golden files describe them. */
final class GoldenModalities {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);
  private static final TokenSpace IDS = new TokenSpace.Discrete(1 << 20);

  private GoldenModalities() {}

  static ModalitySpec grid(String name, int tokens) {
    return new ModalitySpec(new ModalityName(name), IDS, new TokenLayout.Grid(1, tokens), BOTH);
  }

  static ModalitySpec sequence(String name, int maxTokens, SpanMarks marks, TokenLayout.Unit unit) {
    return new ModalitySpec(
        new ModalityName(name), IDS, new TokenLayout.Sequence(maxTokens, marks, unit), BOTH);
  }

  static ModalitySpec vectors(String name, int maxTokens, int width) {
    return new ModalitySpec(
        new ModalityName(name),
        new TokenSpace.Continuous(width),
        new TokenLayout.Vectors(maxTokens),
        Set.of(Role.INPUT));
  }

  /** Reads one entry of a {@code modalities} list. */
  static ModalitySpec spec(JsonObject modality, SpanMarks marks) {
    String name = modality.get("name").getAsString();
    int maxTokens = modality.get("max_tokens").getAsInt();
    String type = modality.get("type").getAsString();
    return switch (type) {
      case "img" -> grid(name, maxTokens);
      case "seq" -> sequence(name, maxTokens, marks, TokenLayout.Unit.TOKEN);
      case "seq_emb" -> vectors(name, maxTokens, 1);
      default -> throw new IllegalStateException("unknown type " + type);
    };
  }

  /** Reads the shares of mixture component {@code index} from a {@code modalities} list. */
  static Map<ModalityName, ModalityShare> shares(List<JsonObject> modalities, int index) {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    for (JsonObject modality : modalities) {
      KeepScheme keep =
          modality.has("keep")
              ? keep(modality.getAsJsonArray("keep").get(index).getAsString())
              : KeepScheme.RANDOM;
      shares.put(
          new ModalityName(modality.get("name").getAsString()),
          new ModalityShare(
              Goldens.doubles(modality.get("input_alphas"))[index],
              Goldens.doubles(modality.get("target_alphas"))[index],
              keep));
    }
    return shares;
  }

  static KeepScheme keep(String name) {
    return switch (name) {
      case "random" -> KeepScheme.RANDOM;
      case "all" -> KeepScheme.ALL;
      case "binary" -> KeepScheme.BINARY;
      default -> throw new IllegalStateException("unknown keep scheme " + name);
    };
  }

  static TokenizedModality idsFromZero(int tokens) {
    return new TokenizedModality.IdGrid(IntStream.range(0, tokens).toArray());
  }

  /** A text as its tokenizer would give it: words, the end token, cut to the longest sequence. */
  static TokenizedModality text(int[] words, SpanMarks marks, int maxTokens) {
    int[] ids =
        IntStream.concat(
                IntStream.of(words).map(word -> wordId(word, marks)), IntStream.of(marks.endId()))
            .limit(maxTokens)
            .toArray();
    return new TokenizedModality.IdSequence(ids);
  }

  /** Chunks as their tokenizer would give them: the end token is one, too late ones are gone. */
  static TokenizedModality chunks(List<int[]> chunks, SpanMarks marks, int maxTokens) {
    List<int[]> all = new ArrayList<>();
    chunks.forEach(
        chunk -> all.add(IntStream.of(chunk).map(word -> wordId(word, marks)).toArray()));
    all.add(new int[] {marks.endId()});
    List<int[]> fitting = new ArrayList<>();
    int sum = 0;
    for (int[] chunk : all) {
      sum += chunk.length;
      if (sum <= maxTokens) {
        fitting.add(chunk);
      }
    }
    return new TokenizedModality.IdSequence(
        fitting.stream().flatMapToInt(IntStream::of).toArray(),
        fitting.stream().mapToInt(chunk -> chunk.length).toArray());
  }

  private static int wordId(int word, SpanMarks marks) {
    return marks.firstSentinelId() + marks.sentinelCount() + word;
  }
}
