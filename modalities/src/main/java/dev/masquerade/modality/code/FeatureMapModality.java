package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/**
 * Features that another network computed: a vector at every place of a grid, or one of the whole
 * picture. Tokenizers learn on them.
 *
 * <p>Members {@code npy} and {@code npz} (of one array) hold real numbers: (C, h, w), (h, w, C) or
 * (places, C), or (C) where the grid has one place; of several crops with their number before it,
 * of which the view's {@code cropIndex} takes one. They cannot be cropped any more.
 *
 * <p>Reads {@code width}, which is C; a grid in the name ({@code clip@16x16}), or {@code size} and
 * {@code patchSize} (default 16) in pixels of the picture, without either one place; and the option
 * {@code layout}: {@code by_shape} (default), {@code channels_first}, {@code channels_last} or
 * {@code places}.
 */
final class FeatureMapModality implements Modality {

  /** Option that says in which order arrays hold their numbers. */
  static final String LAYOUT = "layout";

  private static final int DEFAULT_PATCH = 16;

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    settings.refuseOptionsBut(LAYOUT);
    int channels = settings.width();
    if (channels < 1) {
      throw new InvalidSettingsException(
          "width", settings.name() + " needs the number of values at each of its places");
    }
    TokenLayout.Grid grid = grid(settings);
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Continuous(channels),
            grid,
            settings.roles().isEmpty() ? Set.of(Role.INPUT, Role.TARGET) : settings.roles());
    return new Tokenizer(
        spec,
        new FeatureReader(
            channels,
            new FrameSize(grid.rows(), grid.columns()),
            settings.choice(LAYOUT, FeatureLayout.class, FeatureLayout.BY_SHAPE)));
  }

  @Override
  public boolean isDeclaredByImport() {
    return false;
  }

  @Override
  public Optional<MemberSurvey> survey() {
    return Optional.of(new FeatureSurvey());
  }

  private static TokenLayout.Grid grid(ModalitySettings settings) {
    Optional<TokenLayout.Grid> named = settings.name().grid();
    if (named.isPresent()) {
      return named.get();
    }
    int size = settings.size();
    if (size == 0) {
      return new TokenLayout.Grid(1, 1);
    }
    int patch = settings.patchSize() == 0 ? DEFAULT_PATCH : settings.patchSize();
    if (size % patch != 0) {
      throw new InvalidSettingsException(
          "patch_size",
          "the size "
              + size
              + " is no multiple of the patch size "
              + patch
              + ". Set it, or name the grid: "
              + settings.name().base()
              + "@16x16");
    }
    return new TokenLayout.Grid(size / patch, size / patch);
  }

  private record Tokenizer(ModalitySpec spec, FeatureReader reader) implements ModalityTokenizer {

    @Override
    public Set<String> extensions() {
      return Set.of("npy", "npz");
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      return new Decoded(reader.read(FeatureReader.array(bytes, extension)));
    }
  }

  private record Decoded(StoredFeatures features) implements DecodedModality {

    @Override
    public Optional<FrameSize> frame() {
      return Optional.empty();
    }

    @Override
    public int storedCrops() {
      return features.crops();
    }

    @Override
    public TokenizedModality tokenize(View view) throws BadSampleException {
      return new TokenizedModality.VectorTokens(
          features.vectors(view.cropIndex()), features.reader().channels());
    }

    @Override
    public Optional<Planes> planes(View view) throws BadSampleException {
      return Optional.of(features.planes(view.cropIndex()));
    }
  }
}
