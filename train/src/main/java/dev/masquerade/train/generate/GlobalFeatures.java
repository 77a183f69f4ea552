package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.image.Patches;
import dev.masquerade.modality.image.PixelImage;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.train.embed.FeatureExtractor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Vectors by which anything that a model can see is compared with anything else: a modality is
 * predicted, the likeliest of it, and what it stands for is made one vector.
 *
 * <p>Global embeddings ({@code tok_dinov2_global}, {@code tok_imagebind_global}) are taken as their
 * tokenizer decodes them. Frames are averaged over at most 8 x 8 cells, plane by plane. Text is the
 * number of times each token occurs. Ids that nothing decodes count by their place.
 */
public final class GlobalFeatures implements FeatureExtractor {

  /** Ends the base names of modalities that say something of a whole picture. */
  private static final String GLOBAL = "_global";

  private static final int MOST_CELLS = 8;
  private static final int MOST_COUNTS = 4096;
  private static final int STEPS = 4;
  private static final int SPREAD = 0x9e3779b1;

  private final Generator generator;
  private final ModalityName via;
  private final ModalityName picture;
  private final int width;
  private final int edgeHeight;
  private final int edgeWidth;

  /**
   * Prepares.
   *
   * @param generator stays the caller's to close
   * @param via what is predicted, see {@link #usual}
   * @throws GenerationRefusedException if the model sees no pictures
   */
  public GlobalFeatures(Generator generator, ModalityName via) {
    this.generator = generator;
    this.via = via;
    this.picture = picture(generator.modalities());
    ModalitySpec spec = generator.modalities().spec(picture);
    TokenLayout.Grid grid = (TokenLayout.Grid) spec.layout();
    int patch = spec.space() instanceof TokenSpace.Pixels pixels ? pixels.patchSize() : 0;
    if (patch > 0) {
      edgeHeight = grid.rows() * patch;
      edgeWidth = grid.columns() * patch;
    } else {
      TokenCodec codec = generator.modalities().tokenizer(picture).codec().orElseThrow();
      Planes frame = codec.decode(new int[grid.places()]);
      edgeHeight = frame.height();
      edgeWidth = frame.width();
    }
    this.width = vector(blank()).length;
  }

  private GeneratedModality blank() {
    ModalitySpec spec = generator.modalities().spec(via);
    int[] ids = new int[spec.layout() instanceof TokenLayout.Grid grid ? grid.places() : 0];
    return new GeneratedModality(via, ids, generator.decode(via, List.of(ids)).get(0));
  }

  /**
   * Returns what is best predicted to compare by: a global embedding where the model has one, else
   * the first target whose ids decode to frames, else the first target.
   */
  public static ModalityName usual(Generator generator) {
    List<ModalityName> targets = generator.modalities().targets();
    for (ModalityName name : targets) {
      if (name.base().endsWith(GLOBAL)) {
        return name;
      }
    }
    for (ModalityName name : targets) {
      if (generator.modalities().find(name).flatMap(ModalityTokenizer::codec).isPresent()) {
        return name;
      }
    }
    if (targets.isEmpty()) {
      throw new GenerationRefusedException("the model has no target to compare by");
    }
    return targets.get(0);
  }

  /** Returns the input that a picture is shown as: pixels, else tokens of colours. */
  private static ModalityName picture(ModelModalities modalities) {
    for (ModalityName name : modalities.inputs()) {
      if (modalities.spec(name).space() instanceof TokenSpace.Pixels pixels
          && pixels.statistics().channels() == 3
          && !name.base().equals("normal")) {
        return name;
      }
    }
    for (ModalityName name : modalities.inputs()) {
      Optional<ModalityTokenizer> tokenizer = modalities.find(name);
      if (tokenizer.flatMap(ContentDecoder::meaning).equals(Optional.of(FrameContent.COLOURS))) {
        return name;
      }
    }
    throw new GenerationRefusedException(
        "the model sees no pictures: its inputs are " + ModalityChoice.listed(modalities.inputs()));
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int imageHeight() {
    return edgeHeight;
  }

  @Override
  public int imageWidth() {
    return edgeWidth;
  }

  @Override
  public String origin() {
    return generator.stamp() + ", " + picture + " compared by predicted " + via;
  }

  @Override
  public float[] features(List<PixelImage> images) {
    List<Prompt> prompts = new ArrayList<>();
    for (PixelImage image : images) {
      prompts.add(new Prompt("image", 0, List.of(new Condition(picture, tokens(image)))));
    }
    float[] all = new float[images.size() * width];
    List<float[]> vectors = vectors(prompts, Set.of(picture));
    for (int i = 0; i < vectors.size(); i++) {
      System.arraycopy(vectors.get(i), 0, all, i * width, width);
    }
    return all;
  }

  /** Returns the vector of a query, which may hold what is predicted itself. */
  public float[] query(List<Condition> conditions) {
    for (Condition condition : conditions) {
      Optional<int[]> own = condition.modality().equals(via) ? ids(condition) : Optional.empty();
      if (own.isPresent()) {
        int[] ids = own.get();
        return vector(new GeneratedModality(via, ids, generator.decode(via, List.of(ids)).get(0)));
      }
    }
    Set<ModalityName> shown = Set.copyOf(conditions.stream().map(Condition::modality).toList());
    return vectors(List.of(new Prompt("query", 0, conditions)), shown).get(0);
  }

  private static Optional<int[]> ids(Condition condition) {
    if (condition.tokens() instanceof TokenizedModality.IdGrid grid) {
      return condition.ignored() == null ? Optional.of(grid.ids()) : Optional.empty();
    }
    return condition.tokens() instanceof TokenizedModality.IdSequence sequence
        ? Optional.of(sequence.ids())
        : Optional.empty();
  }

  private List<float[]> vectors(List<Prompt> prompts, Set<ModalityName> shown) {
    SamplingPlan plan =
        new PlanChanges(
                OptionalInt.of(STEPS),
                OptionalDouble.of(0),
                OptionalDouble.empty(),
                OptionalDouble.empty())
            .of(generator.defaultPlan(shown, List.of(via), 0), shown);
    return generator.generate(prompts, plan, SamplingListener.NONE).stream()
        .map(sample -> vector(sample.modalities().get(0)))
        .toList();
  }

  private TokenizedModality tokens(PixelImage image) {
    ModalitySpec spec = generator.modalities().spec(picture);
    if (spec.space() instanceof TokenSpace.Pixels pixels) {
      return new TokenizedModality.PixelPatches(
          Patches.split(image, pixels.patchSize()), pixels.width());
    }
    int pixels = image.height() * image.width();
    float[] values = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      for (int channel = 0; channel < 3; channel++) {
        values[channel * pixels + i] = (image.samples()[3 * i + channel] & 0xff) / 255f;
      }
    }
    TokenCodec codec = generator.modalities().tokenizer(picture).codec().orElseThrow();
    return new TokenizedModality.IdGrid(
        codec.encode(new Planes(3, image.height(), image.width(), values)));
  }

  /** Returns what one modality says, as numbers. */
  private float[] vector(GeneratedModality modality) {
    if (modality.content() instanceof GeneratedContent.Frame frame) {
      return averaged(frame.planes());
    }
    ModalitySpec spec = generator.modalities().spec(via);
    int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
    float[] counts = new float[Math.min(MOST_COUNTS, vocabulary)];
    boolean placed = spec.layout() instanceof TokenLayout.Grid;
    int end =
        spec.layout() instanceof TokenLayout.Sequence sequence ? sequence.marks().endId() : -1;
    for (int place = 0; place < modality.ids().length; place++) {
      int id = modality.ids()[place];
      if (id != end || placed) {
        int slot = placed ? (place * SPREAD + id) * SPREAD >>> 1 : id;
        counts[slot % counts.length]++;
      }
    }
    return counts;
  }

  private static float[] averaged(Planes planes) {
    int rows = Math.min(MOST_CELLS, planes.height());
    int columns = Math.min(MOST_CELLS, planes.width());
    float[] sums = new float[planes.channels() * rows * columns];
    int[] counts = new int[rows * columns];
    for (int y = 0; y < planes.height(); y++) {
      for (int x = 0; x < planes.width(); x++) {
        int cell = y * rows / planes.height() * columns + x * columns / planes.width();
        counts[cell]++;
        for (int channel = 0; channel < planes.channels(); channel++) {
          sums[channel * rows * columns + cell] += planes.at(channel, y, x);
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= counts[i % counts.length];
    }
    return sums;
  }
}
