package dev.masquerade.train.generate;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.model.sample.Canvas;
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

  /** Endings that make a file of a value, whatever the modality reads. */
  private static final Set<String> FILES = Set.of("npy", "npz", "txt", "json");

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
    if (file.isEmpty() && isDirectory(value) && (!written || looksLikeFile(value, tokenizer))) {
      throw new GenerationRefusedException(
          name
              + "="
              + value
              + ": is a directory. Name one file in it, ending in "
              + endings(tokenizer.extensions())
              + ", or make a whole data set with --data");
    }
    if (file.isEmpty() && (!written || looksLikeFile(value, tokenizer))) {
      throw new GenerationRefusedException(
          name
              + "="
              + value
              + ": there is no such file. "
              + name
              + " is read from files ending in "
              + endings(tokenizer.extensions())
              + (written ? ", or is text as it stands" : ""));
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
          || FILES.contains(extension)
          || looksLikeFile(value, tokenizer)) {
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
      View view = view(decoded, name);
      Optional<String> text = decoded.text(view);
      if (text.isPresent() && tokenizer.extensions().contains("txt")) {
        return text(name, tokenizer, text.get().strip());
      }
      TokenizedModality tokens = decoded.tokenize(view);
      if (text.isPresent() && tokens instanceof TokenizedModality.IdSequence sequence) {
        remarkOnCut(name, tokenizer, text.get(), sequence.ids());
      }
      if (tokens instanceof TokenizedModality.IdSequence sequence) {
        remarkOnCut(name, tokenizer, decoded.boxes(view), sequence.ids());
      }
      return tokens;
    } catch (BadSampleException e) {
      throw new GenerationRefusedException(name + "=" + value + ": " + e.getMessage(), e);
    }
  }

  /** Says how many boxes were cut: those that a sequence without its end has no room for. */
  private void remarkOnCut(
      ModalityName name, ModalityTokenizer tokenizer, Optional<List<ObjectBox>> all, int[] ids) {
    TokenLayout.Sequence layout = (TokenLayout.Sequence) tokenizer.spec().layout();
    boolean ended = ids.length > 0 && ids[ids.length - 1] == layout.marks().endId();
    if (ended || all.isEmpty() || tokenizer.boxes().isEmpty()) {
      return;
    }
    int kept = tokenizer.boxes().get().boxes(ids).size();
    if (kept < all.get().size()) {
      remarks.accept(
          name
              + ": has "
              + all.get().size()
              + " boxes, and the "
              + layout.maxTokens()
              + " tokens that the model takes have room for "
              + kept
              + ". The others are cut off");
    }
  }

  /** Says what was cut where a modality cuts by itself: a text that has no room for its end. */
  private void remarkOnCut(
      ModalityName name, ModalityTokenizer tokenizer, String text, int[] kept) {
    TextCodec codec = codec(name, tokenizer, text);
    TokenLayout.Sequence layout = (TokenLayout.Sequence) tokenizer.spec().layout();
    boolean ended = kept.length > 0 && kept[kept.length - 1] == layout.marks().endId();
    int[] all = codec.encode(text);
    if (!ended && all.length > kept.length) {
      remarkOnCut(name, codec, all, kept.length, "the model takes " + layout.maxTokens());
    }
  }

  private void remarkOnCut(ModalityName name, TextCodec codec, int[] all, int kept, String limit) {
    remarks.accept(
        name
            + ": has "
            + all.length
            + " tokens, and "
            + limit
            + ". Cut off: \""
            + codec.decode(Arrays.copyOfRange(all, kept, all.length))
            + "\"");
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
    TextCodec codec = codec(name, tokenizer, value);
    TokenLayout.Sequence layout = (TokenLayout.Sequence) tokenizer.spec().layout();
    String[] pieces = MORE.split(value, -1);
    requireBoxes(name, tokenizer, value, pieces);
    String words = String.join(" ", pieces);
    UnknownWords.remark(codec, words).ifPresent(remark -> remarks.accept(name + ": " + remark));
    if (pieces.length - 1 > Canvas.mostGaps(layout.marks())) {
      throw new GenerationRefusedException(
          name
              + ": \"...\" stands "
              + (pieces.length - 1)
              + " times, and the tokenizer has sentinels for "
              + Canvas.mostGaps(layout.marks()));
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
      remarkOnCut(name, codec, ids, room, "the model takes " + room + " and the end token");
      ids = Arrays.copyOf(ids, room);
    }
    return new TokenizedModality.IdSequence(ended(ids, layout.marks().endId()));
  }

  /** Refuses boxes that are not written as the model reads them, as their JSON would be. */
  private static void requireBoxes(
      ModalityName name, ModalityTokenizer tokenizer, String value, String[] pieces) {
    if (tokenizer.boxes().isEmpty()) {
      return;
    }
    try {
      for (String piece : pieces) {
        if (!piece.isBlank()) {
          tokenizer.boxes().get().require(piece, pieces.length == 1);
        }
      }
    } catch (BadSampleException e) {
      throw new GenerationRefusedException(name + "=" + value + ": " + e.getMessage(), e);
    }
  }

  private static TextCodec codec(ModalityName name, ModalityTokenizer tokenizer, String value) {
    return tokenizer
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

  private static boolean isDirectory(String value) {
    Path path = path(value);
    return path != null && !value.isBlank() && Files.isDirectory(path);
  }

  /** Says whether a value is no text but the name of a file, which then is missing. */
  private static boolean looksLikeFile(String value, ModalityTokenizer tokenizer) {
    Path path = path(value);
    if (path == null
        || path.getFileName() == null
        || value.isEmpty()
        || value.chars().anyMatch(Character::isWhitespace)
        || value.startsWith("[")
        || value.startsWith("{")) {
      return false;
    }
    String extension = value.indexOf('.') > 0 ? extension(path) : "";
    return value.contains("/")
        || value.contains(path.getFileSystem().getSeparator())
        || tokenizer.extensions().contains(extension)
        || FILES.contains(extension)
        || ImageDecoder.isPicture(path);
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
