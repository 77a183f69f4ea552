package dev.masquerade.model.weights.released;

import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file of weights is, told from names and shapes alone.
 *
 * @param path the file
 * @param kind what its parts make up
 * @param naming the scheme of its names, in words
 * @param prefix what stands before the encoder's names
 * @param stored the file's name of each tensor, by its name in MAE's scheme; empty for models of
 *     other kinds
 * @param left names of the file that belong to none of the parts
 * @param encoder its encoder; empty where {@code kind} is {@link Kind#OTHER}, {@link Kind#FOUR_M}
 *     or {@link Kind#TOKENIZER}
 * @param decoderWidth width of the decoder; 0 without one
 * @param decoderDepth blocks of the decoder; 0 without one
 * @param predicted values it predicts of each patch; 0 without a decoder
 * @param classes outputs of the head; 0 without one
 * @param pixels what the decoder predicts; {@link TargetPixels#UNKNOWN} without one
 */
public record RecognisedWeights(
    Path path,
    Kind kind,
    String naming,
    String prefix,
    Map<String, String> stored,
    List<String> left,
    Optional<Encoder> encoder,
    long decoderWidth,
    int decoderDepth,
    long predicted,
    long classes,
    TargetPixels pixels) {

  /** What the parts of a file make up. */
  public enum Kind {
    /** An encoder without decoder or head. */
    ENCODER("an encoder alone"),
    /** An encoder with the decoder it was trained with. */
    AUTOENCODER("a masked autoencoder: encoder and decoder"),
    /** An encoder with mask tokens of its own and one linear map to pixels. */
    SIMMIM("a masked image model: encoder and linear decoder"),
    /** A classifier over the mean of all patches. */
    CLASSIFIER_OF_MEAN("a fine-tuned classifier over the mean of all patches"),
    /** A classifier over the class token. */
    CLASSIFIER_OF_TOKEN("a classifier over the class token"),
    /** A masked autoencoder over several modalities. */
    MULTIMAE("a masked autoencoder over several modalities (MultiMAE)"),
    /** A model over tokens of any modality. */
    FOUR_M("a model over tokens of many modalities (4M)"),
    /** What turns content into ids and back. */
    TOKENIZER("a tokenizer of content into ids"),
    /** Nothing that is known here. */
    OTHER("no kind of weights that is known here");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** Returns the words for it. */
    public String title() {
      return title;
    }
  }

  /**
   * An encoder's dimensions.
   *
   * @param width of its tokens
   * @param depth number of blocks
   * @param patchRows height of a patch in pixels
   * @param patchColumns width of a patch in pixels
   * @param channels of the image
   * @param rows height of the grid its positions are for; 0 where that cannot be told
   * @param columns width of that grid; 0 where that cannot be told
   * @param prefixRows rows of the position table before those of the grid
   * @param registers number of register tokens
   * @param classToken whether it has a class token
   */
  public record Encoder(
      long width,
      int depth,
      long patchRows,
      long patchColumns,
      long channels,
      int rows,
      int columns,
      int prefixRows,
      int registers,
      boolean classToken) {

    /** Returns the released size with these dimensions. */
    public Optional<ReleasedSize> released() {
      return ReleasedSize.of(width, depth);
    }

    private String text() {
      String grid =
          rows == 0
              ? ""
              : ", for "
                  + columns * patchColumns
                  + " x "
                  + rows * patchRows
                  + " pixels (a grid of "
                  + columns
                  + " x "
                  + rows
                  + ")";
      return depth
          + (depth == 1 ? " block" : " blocks")
          + " of width "
          + width
          + ", patches of "
          + patchColumns
          + " x "
          + patchRows
          + " pixels with "
          + channels
          + (channels == 1 ? " channel" : " channels")
          + grid
          + (classToken ? ", class token" : ", no class token")
          + (registers > 0 ? ", " + registers + " register tokens" : "");
    }
  }

  /** Copies its lists and maps. */
  public RecognisedWeights {
    stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
    left = List.copyOf(left);
  }

  /** Recognises a file. Reads no values. */
  public static RecognisedWeights of(TensorSource file) {
    return new Recognition(file).result();
  }

  /** Says whether images can be reconstructed with it. */
  public boolean hasDecoder() {
    return switch (kind) {
      case AUTOENCODER, SIMMIM, MULTIMAE -> true;
      case ENCODER, CLASSIFIER_OF_MEAN, CLASSIFIER_OF_TOKEN, FOUR_M, TOKENIZER, OTHER -> false;
    };
  }

  /**
   * Refuses a file with which no image can be reconstructed, naming one that would do.
   *
   * @return this
   * @throws InvalidWeightsException if it holds no decoder
   */
  public RecognisedWeights requireDecoder() throws InvalidWeightsException {
    if (hasDecoder()) {
      return this;
    }
    if (kind == Kind.TOKENIZER) {
      throw new InvalidWeightsException(
          path,
          "holds "
              + kind.title()
              + ", which fills in nothing that is hidden. See what it keeps of pictures with"
              + " tokenizer check");
    }
    String other =
        encoder
            .flatMap(Encoder::released)
            .map(size -> String.join(" or ", size.decoderFiles()) + " would do")
            .orElse("A file saved during pre-training, with its decoder, would do");
    String holds =
        switch (kind) {
          case CLASSIFIER_OF_MEAN, CLASSIFIER_OF_TOKEN -> "holds a classifier (encoder and head)";
          default -> kind == Kind.ENCODER ? "holds the encoder only" : "holds " + kind.title();
        };
    throw new InvalidWeightsException(
        path, holds + ", and reconstructing images needs the decoder too. " + other);
  }

  /**
   * Refuses a file that holds no vision transformer.
   *
   * @return this
   * @throws InvalidWeightsException if so, saying what it holds
   */
  public RecognisedWeights requireVisionTransformer() throws InvalidWeightsException {
    if (stored.isEmpty()) {
      throw new InvalidWeightsException(
          path,
          "holds "
              + kind.title()
              + ", not a vision transformer under names of MAE, timm, torchvision or Lightly");
    }
    return this;
  }

  /**
   * Returns the file's model under MAE's names.
   *
   * @param file the file that was recognised
   * @throws InvalidWeightsException if it holds no vision transformer
   */
  public RenamedTensors asMae(TensorSource file) throws InvalidWeightsException {
    return new RenamedTensors(file, requireVisionTransformer().stored);
  }

  /** Returns what the file is, in lines of text. */
  public String describe() {
    StringBuilder text = new StringBuilder(kind.title());
    if (!naming.isEmpty()) {
      text.append("; names of ").append(naming);
      text.append(prefix.isEmpty() ? "" : " below \"" + prefix + "\"");
    }
    text.append(System.lineSeparator());
    encoder.ifPresent(
        found -> text.append("  encoder: ").append(found.text()).append(System.lineSeparator()));
    if (predicted > 0) {
      text.append("  decoder: ");
      if (decoderDepth > 0) {
        text.append(decoderDepth)
            .append(decoderDepth == 1 ? " block" : " blocks")
            .append(" of width ")
            .append(decoderWidth)
            .append(", ");
      }
      text.append("predicts ").append(predicted).append(" values of each patch, ");
      text.append(pixels.title()).append(System.lineSeparator());
    }
    if (classes > 0) {
      text.append("  head: ").append(classes).append(" classes").append(System.lineSeparator());
    }
    encoder
        .filter(found -> !hasDecoder())
        .flatMap(Encoder::released)
        .ifPresent(
            size ->
                text.append("  without a decoder: for reconstructions take ")
                    .append(String.join(" or ", size.decoderFiles()))
                    .append(System.lineSeparator()));
    return text.toString();
  }

  /** Returns the shape of one of the model's tensors by its name in MAE's scheme. */
  static Optional<List<Long>> shape(TensorSource file, Map<String, String> stored, String ours) {
    return Optional.ofNullable(stored.get(ours)).flatMap(file::find).map(TensorEntry::shape);
  }
}
