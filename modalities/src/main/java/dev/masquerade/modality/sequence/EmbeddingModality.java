package dev.masquerade.modality.sequence;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.modality.code.NpzArchive;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of vectors, for example the embeddings of a caption by a language model.
 *
 * <p>Members: {@code npz} with {@code emb} of shape (length, width) or (texts, length, width) and,
 * where some are padding, {@code mask_valid} of the same shape without the width, true where a
 * vector counts; or {@code npy} with such an {@code emb} alone. Of several texts the view's {@code
 * cropIndex} takes one, or the first. Reads {@code width} and {@code maxTokens}; what is longer is
 * cut.
 */
final class EmbeddingModality implements Modality {

  private final int defaultWidth;
  private final int defaultMaxTokens;

  /**
   * Creates a kind of vectors.
   *
   * @param defaultWidth numbers of a vector where none are declared; 0 demands a declaration
   */
  EmbeddingModality(int defaultWidth, int defaultMaxTokens) {
    this.defaultWidth = defaultWidth;
    this.defaultMaxTokens = defaultMaxTokens;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut();
    int width = settings.width() == 0 ? defaultWidth : settings.width();
    if (width == 0) {
      throw new InvalidSettingsException(
          "width", settings.name() + " needs the number of values of each of its vectors");
    }
    if (settings.roles().contains(Role.TARGET)) {
      throw new InvalidSettingsException(
          "roles", settings.name() + " holds vectors, which can only be an input");
    }
    int maxTokens = settings.maxTokens() == 0 ? defaultMaxTokens : settings.maxTokens();
    return new Tokenizer(
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Continuous(width),
            new TokenLayout.Vectors(maxTokens),
            Set.of(Role.INPUT)),
        width,
        maxTokens);
  }

  @Override
  public Optional<MemberSurvey> survey() {
    return defaultWidth == 0 ? Optional.of(new VectorSurvey()) : Optional.empty();
  }

  private record Tokenizer(ModalitySpec spec, int width, int maxTokens)
      implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("npz", "npy");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      NpyArray vectors;
      NpyArray valid = null;
      if (extension.equals("npz")) {
        NpzArchive archive = NpzArchive.read(bytes);
        vectors = archive.array("emb");
        valid = archive.member("mask_valid.npy").isPresent() ? archive.array("mask_valid") : null;
      } else {
        vectors = NpyArray.read(bytes);
      }
      int rank = vectors.rank();
      if (rank < 2 || rank > 3 || vectors.dimension(rank - 1) != width) {
        throw new BadSampleException(
            "vectors of shape "
                + vectors.shape()
                + " are neither (length, "
                + width
                + ") nor (texts, length, "
                + width
                + ")");
      }
      if (vectors.size() == 0) {
        throw new BadSampleException("there are no vectors");
      }
      if (valid != null && (valid.size() != vectors.size() / width || valid.type().isReal())) {
        throw new BadSampleException(
            "mask_valid of shape " + valid.shape() + " does not fit emb of " + vectors.shape());
      }
      return new Decoded(this, vectors, valid);
    }
  }

  private record Decoded(Tokenizer tokenizer, NpyArray vectors, @Nullable NpyArray valid)
      implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      int rank = vectors.rank();
      int texts = rank == 2 ? 1 : vectors.dimension(0);
      int length = vectors.dimension(rank - 2);
      int width = tokenizer.width();
      int text = view.cropIndex() < texts ? view.cropIndex() : 0;
      float[] values = new float[Math.min(length, tokenizer.maxTokens()) * width];
      int kept = 0;
      for (int i = text * length; i < (text + 1) * length && kept < tokenizer.maxTokens(); i++) {
        if (valid == null || valid.whole(i) != 0) {
          vectors.copy(i * width, values, kept * width, width);
          kept++;
        }
      }
      for (int i = 0; i < kept * width; i++) {
        if (!Float.isFinite(values[i])) {
          throw new BadSampleException("vector " + i / width + " holds " + values[i]);
        }
      }
      return new TokenizedModality.VectorTokens(Arrays.copyOf(values, kept * width), width);
    }
  }
}
