package dev.masquerade.train.generate;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.ImageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokens of what a person gives as a condition: a file of the modality's own formats, looked
 * at as evaluation looks at held-out samples, or text as it stands on a command line.
 *
 * <p>In text, {@code ...} says that more may stand there.
 */
public final class ConditionReader {

  private static final Pattern MORE = Pattern.compile("\\.\\.\\.|…");

  private final ModelModalities modalities;
  private final Augmenter augmenter;
  private final SampleStreams streams;
  private final Consumer<String> remarks;

  /**
   * Creates a reader.
   *
   * @param augmenter which part of a picture is looked at
   * @param remarks told what of a condition is not used
   */
  public ConditionReader(
      ModelModalities modalities, Augmenter augmenter, Consumer<String> remarks) {
    this.modalities = modalities;
    this.augmenter = augmenter;
    this.streams = new SampleStreams(0);
    this.remarks = remarks;
  }

  /**
   * Reads a condition.
   *
   * @param name of the modality
   * @param value path of a file, or text
   * @throws GenerationRefusedException if it is of the wrong kind or size, or damaged
   */
  public TokenizedModality read(ModalityName name, String value) throws IOException {
    ModalityTokenizer tokenizer = modalities.tokenizer(name);
    Optional<Path> file = file(value);
    boolean written = tokenizer.spec().layout() instanceof TokenLayout.Sequence;
    if (file.isEmpty() && !written) {
      throw new GenerationRefusedException(
          name
              + "="
              + value
              + ": there is no such file. "
              + name
              + " is read from files ending in "
              + endings(tokenizer.extensions()));
    }
    if (file.isPresent()) {
      String extension = extension(file.get());
      if (tokenizer.extensions().contains(extension)) {
        return extension.equals("txt") && tokenizer.text().isPresent()
            ? text(name, tokenizer, Files.readString(file.get()).strip())
            : decoded(name, tokenizer, Files.readAllBytes(file.get()), extension, value);
      }
      if (!written
          || ImageDecoder.isPicture(file.get())
          || Set.of("npy", "npz").contains(extension)) {
        throw new GenerationRefusedException(
            name
                + "="
                + value
                + ": "
                + name
                + " is "
                + kind(tokenizer)
                + ", read from files ending in "
                + endings(tokenizer.extensions())
                + (written ? ", or text as it stands" : ""));
      }
    }
    boolean json =
        tokenizer.extensions().equals(Set.of("json"))
            && (value.strip().startsWith("[") || value.strip().startsWith("{"));
    return json
        ? decoded(name, tokenizer, value.getBytes(StandardCharsets.UTF_8), "json", value)
        : text(name, tokenizer, value.strip());
  }

  private TokenizedModality decoded(
      ModalityName name,
      ModalityTokenizer tokenizer,
      byte[] bytes,
      String extension,
      String value) {
    try {
      DecodedModality decoded = tokenizer.decode(bytes, extension);
      TokenizedModality tokens = decoded.tokenize(view(decoded, name));
      if (tokens instanceof TokenizedModality.IdSequence sequence
          && sequence.length() > tokenizer.spec().layout().maxTokens()) {
        throw new GenerationRefusedException(
            name
                + "="
                + value
                + ": has "
                + sequence.length()
                + " tokens, and the model takes "
                + tokenizer.spec().layout().maxTokens());
      }
      return tokens;
    } catch (BadSampleException e) {
      throw new GenerationRefusedException(name + "=" + value + ": " + e.getMessage(), e);
    }
  }

  private View view(DecodedModality decoded, ModalityName name) {
    if (decoded.frame().isEmpty()) {
      return View.WHOLE;
    }
    SampleFrame frame = new SampleFrame(decoded.frame().get(), decoded.storedCrops(), List.of());
    return augmenter.view(frame, streams.stream(0, name.value(), Purpose.VIEW));
  }

  /**
   * Writes text as ids: sentinels 1, 2, ... where more may stand, the end token last. What is too
   * long is cut, with a remark that says what is left out.
   */
  private TokenizedModality text(ModalityName name, ModalityTokenizer tokenizer, String value) {
    TextCodec codec =
        tokenizer
            .text()
            .orElseThrow(
                () ->
                    new GenerationRefusedException(
                        name
                            + "="
                            + value
                            + ": "
                            + name
                            + " has no tokenizer of text; it is read from files ending in "
                            + endings(tokenizer.extensions())));
    TokenLayout.Sequence layout = (TokenLayout.Sequence) tokenizer.spec().layout();
    String[] pieces = MORE.split(value, -1);
    if (pieces.length - 1 >= layout.marks().sentinelCount()) {
      throw new GenerationRefusedException(
          name
              + ": \"...\" stands "
              + (pieces.length - 1)
              + " times, and the tokenizer has sentinels for "
              + (layout.marks().sentinelCount() - 1));
    }
    List<int[]> parts = new ArrayList<>();
    for (int i = 0; i < pieces.length; i++) {
      if (i > 0) {
        parts.add(new int[] {layout.marks().sentinel(i)});
      }
      parts.add(pieces[i].isBlank() ? new int[0] : codec.encode(pieces[i].strip()));
    }
    int[] ids = parts.stream().flatMapToInt(Arrays::stream).toArray();
    if (ids.length == 0) {
      throw new GenerationRefusedException(
          name + ": the text is empty. Leave the condition out, or write what is to be seen");
    }
    int room = layout.maxTokens() - (layout.marks().endId() >= 0 ? 1 : 0);
    if (ids.length > room) {
      int[] rest = Arrays.copyOfRange(ids, room, ids.length);
      remarks.accept(
          name
              + ": has "
              + ids.length
              + " tokens, and the model takes "
              + room
              + " and the end token. Cut off: \""
              + codec.decode(rest)
              + "\"");
      ids = Arrays.copyOf(ids, room);
    }
    return new TokenizedModality.IdSequence(ended(ids, layout.marks().endId()));
  }

  private static int[] ended(int[] ids, int endId) {
    if (endId < 0) {
      return ids;
    }
    int[] all = Arrays.copyOf(ids, ids.length + 1);
    all[ids.length] = endId;
    return all;
  }

  private static @Nullable Path path(String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static Optional<Path> file(String value) {
    Path path = path(value);
    return path != null && Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
  }

  private static String extension(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String endings(Set<String> extensions) {
    return "." + String.join(", .", new TreeSet<>(extensions));
  }

  private static String kind(ModalityTokenizer tokenizer) {
    if (tokenizer.spec().layout() instanceof TokenLayout.Sequence) {
      return tokenizer.text().isPresent() ? "text" : "a sequence of ids";
    }
    return tokenizer.spec().layout() instanceof TokenLayout.Grid grid
        ? "a grid of " + grid.rows() + " x " + grid.columns() + " tokens"
        : "a sequence of vectors";
  }
}
