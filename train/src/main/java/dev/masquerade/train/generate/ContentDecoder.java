package dev.masquerade.train.generate;

import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns generated ids into what they stand for. */
final class ContentDecoder {

  private final ModelModalities modalities;

  ContentDecoder(ModelModalities modalities) {
    this.modalities = modalities;
  }

  /**
   * Decodes one modality of several samples.
   *
   * @param rows (L) ids each, of a sequence without sentinels and end token
   */
  List<GeneratedContent> decode(ModalityName name, List<int[]> rows) {
    Optional<ModalityTokenizer> tokenizer = modalities.find(name);
    List<GeneratedContent> contents = new ArrayList<>();
    ModalitySpec spec = modalities.spec(name);
    if (tokenizer.isEmpty()) {
      rows.forEach(row -> contents.add(new GeneratedContent.OnlyIds()));
    } else if (spec.layout() instanceof TokenLayout.Grid) {
      frames(tokenizer.get(), rows, contents);
    } else {
      for (int[] row : rows) {
        contents.add(sequence(tokenizer.get(), row));
      }
    }
    return contents;
  }

  private static void frames(
      ModalityTokenizer tokenizer, List<int[]> rows, List<GeneratedContent> contents) {
    Optional<TokenCodec> codec = tokenizer.codec();
    if (codec.isEmpty()) {
      rows.forEach(row -> contents.add(new GeneratedContent.OnlyIds()));
      return;
    }
    Optional<FrameContent> meaning = meaning(tokenizer);
    int batch = codec.get().batchSize();
    for (int from = 0; from < rows.size(); from += batch) {
      List<int[]> some = rows.subList(from, Math.min(rows.size(), from + batch));
      for (Planes planes : codec.get().decodeAll(some)) {
        contents.add(new GeneratedContent.Frame(planes, meaning));
      }
    }
  }

  private static GeneratedContent sequence(ModalityTokenizer tokenizer, int[] ids) {
    Optional<TextCodec> text = tokenizer.text();
    if (text.isEmpty()) {
      return new GeneratedContent.OnlyIds();
    }
    String written = text.get().decode(ids);
    Optional<BoxCodec> boxes = tokenizer.boxes();
    return boxes.isPresent()
        ? new GeneratedContent.Boxes(boxes.get().boxes(ids), written)
        : new GeneratedContent.Text(written);
  }

  /** Returns what the planes of a modality mean; empty where nothing tells. */
  static Optional<FrameContent> meaning(ModalityTokenizer tokenizer) {
    return tokenizer.codec().isPresent() && tokenizer.codec().get() instanceof FrameCodec codec
        ? Optional.of(codec.frames().content())
        : Optional.empty();
  }
}
